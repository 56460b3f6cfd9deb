// Where events are posted to.
#pragma once

#include "respguard/base/result.hpp"

#include <string>
#include <string_view>

namespace respguard::admin {

/// Everything but the host may be a secret: print shown() only.
struct webhook_url {
    bool tls = false;
    std::string host;  ///< Name or address, IPv6 without brackets.
    std::string port;
    std::string host_header;  ///< As HTTP wants it: "[::1]:8443".
    std::string target = "/";
    std::string user_info;  ///< "user:password" in clear; empty: none.

    /// "http://[user:password@]host[:port][/path][?query]" or https.
    [[nodiscard]] static parsed<webhook_url> parse(std::string_view text);

    /// "https://alerts.example:8443/***"
    [[nodiscard]] std::string shown() const;
};

}  // namespace respguard::admin
