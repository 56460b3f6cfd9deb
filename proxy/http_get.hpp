// One HTTP GET to the admin endpoint.
#pragma once

#include "respguard/net/endpoint.hpp"

#include <string>

namespace respguard::proxy {

struct http_answer {
    std::string failure;  ///< Not empty: there was no answer, and this is why.
    unsigned status = 0;
    std::string body;
};

/// Connects, asks and reads within 2 seconds.
[[nodiscard]] http_answer http_get(net::endpoint const& where, std::string const& path);

}  // namespace respguard::proxy
