// Who sends a request, as far as rules may look at it.
#pragma once

#include "respguard/base/bytes.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace respguard::policy {

/// IPv6, or IPv4 as ::ffff:a.b.c.d.
using ip_address = std::array<std::uint8_t, 16>;

/// "10.0.0.7", "::1", "10.0.0.7:5123", "[::1]:5123"; empty for anything else, such as unix sockets.
[[nodiscard]] std::optional<ip_address> parse_ip(std::string_view text) noexcept;

/// A user or a name.
struct said_by_client {
    byte_view text;
    bool is_sure = true;
    /// If it is not sure because one request for a change is in flight: what that asks for. Then it
    /// is either of the two.
    std::optional<byte_view> asked;
};

/// What can change while the connection lives is what upstream has agreed to. Where a request for a
/// change is still in flight nobody knows yet who will have sent the next one: then it is not sure.
struct sender {
    std::optional<ip_address> address;  ///< Empty: a unix socket.
    byte_view listener;
    said_by_client user;  ///< Empty: nobody has authenticated, which Redis calls "default".
    said_by_client name;
    std::uint32_t db = 0;
    bool db_is_sure = true;
    /// If only one SELECT is in flight: what it asks for.
    std::optional<std::uint32_t> db_asked;
};

}  // namespace respguard::policy
