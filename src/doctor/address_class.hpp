// Whose eyes can be on the way to an address?
#pragma once

#include "respguard/net/socket_address.hpp"

namespace respguard::doctor {

struct address_class {
    bool is_loopback = false;
    /// Neither loopback, private, link-local nor carrier-grade NAT.
    bool is_public = false;
};

/// Neither for a unix socket. An IPv4 address mapped into IPv6 is judged as IPv4.
[[nodiscard]] address_class classify(net::socket_address const& at) noexcept;

}  // namespace respguard::doctor
