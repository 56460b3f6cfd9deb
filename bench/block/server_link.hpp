// A slow, simple connection to the server itself: fills it before a run and looks at it afterwards.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "endpoint.hpp"

namespace respguard::bench {

class server_link {
public:
    explicit server_link(endpoint const& where) : fd_(connect_to(where)) {}

    /// Sends one request and waits for its reply.
    /// @return the reply's frame. Throws bench_failure for an error reply or none in time.
    std::string ask(std::vector<std::string_view> const& args);

    /// As ask(), for a reply that is a bulk string: returns its body.
    std::string ask_bulk(std::vector<std::string_view> const& args);

private:
    unique_fd fd_;
};

}  // namespace respguard::bench
