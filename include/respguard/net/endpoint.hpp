// Where to listen and where to connect.
#pragma once

#include "respguard/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace respguard::net {

/// "host:port", "[v6]:port" or "unix:/path".
struct endpoint {
    enum class family : std::uint8_t { tcp, unix_socket };
    family kind = family::tcp;
    std::string host;  ///< Name or address, without brackets.
    std::uint16_t port = 0;
    std::string path;  ///< Only for unix sockets.

    /// The text parse_endpoint() reads back.
    [[nodiscard]] std::string to_string() const;
    [[nodiscard]] bool operator==(endpoint const&) const = default;
};

[[nodiscard]] parsed<endpoint> parse_endpoint(std::string_view text);

/// "redis://[user:pass@]host[:port][/db]", "unix:///path[?db=N]". rediss:// and redis-sentinel://
/// are understood and refused with a text that says so, until TLS and Sentinel are built.
struct upstream_url {
    endpoint where;
    std::string user;
    std::string password;  ///< For our own probes only; clients authenticate themselves.
    std::uint32_t db = 0;

    /// The URL with the password masked.
    [[nodiscard]] std::string to_string() const;
};

[[nodiscard]] parsed<upstream_url> parse_upstream_url(std::string_view text);

}  // namespace respguard::net
