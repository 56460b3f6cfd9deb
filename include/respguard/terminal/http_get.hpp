// One HTTP GET to the admin endpoint.
#pragma once

#include "respguard/net/endpoint.hpp"

#include <string>

namespace respguard::terminal {

struct http_answer {
    std::string failure;  ///< Not empty: there was no answer, and this is why.
    unsigned status = 0;
    std::string body;
};

/// Connects, asks and reads, with 2 seconds for each.
[[nodiscard]] http_answer http_get(net::endpoint const& where, std::string const& path);

}  // namespace respguard::terminal
