// A kernel socket address, TCP or unix.
#pragma once

#include "respguard/net/endpoint.hpp"

#include <string>
#include <sys/socket.h>
#include <vector>

namespace respguard::net {

struct socket_address {
    sockaddr_storage storage{};
    socklen_t size = 0;

    [[nodiscard]] sockaddr const* get() const noexcept
    {
        return reinterpret_cast<sockaddr const*>(&storage);
    }
    [[nodiscard]] sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
    /// "127.0.0.1:6379", "[::1]:6379", "unix:/path".
    [[nodiscard]] std::string to_string() const;
};

/// All addresses of an endpoint in the order to try them. Blocks for names (getaddrinfo), not for
/// numeric addresses and unix sockets.
[[nodiscard]] parsed<std::vector<socket_address>> resolve(endpoint const& where);

/// True if resolve() would not have to ask anybody.
[[nodiscard]] bool is_numeric(endpoint const& where);

}  // namespace respguard::net
