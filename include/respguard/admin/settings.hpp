// The HTTP endpoint for people and Prometheus.
#pragma once

#include "respguard/net/endpoint.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace respguard::admin {

struct admin_settings {
    /// Off if empty (`admin.address = ""`).
    std::string address = "127.0.0.1:9379";
    /// HTTP connections at once.
    std::uint32_t connections_max = 64;
    /// An HTTP request must be whole, and its answer taken, within this time.
    std::chrono::milliseconds timeout{10'000};
    /// POST from other hosts needs this token (`Authorization: Bearer ...`); empty: loopback only.
    std::string token;
    /// Further names under which it may be asked (`Host`), lower case, without port: the service
    /// name in a compose file. IP addresses, localhost and the name in `address` always may.
    std::vector<std::string> hosts;
    std::string token_file;  ///< If not empty, `token` is this file's first line.
};

}  // namespace respguard::admin
