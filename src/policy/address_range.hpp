// "10.0.0.0/8": which client addresses a rule means.
#pragma once

#include "respguard/base/result.hpp"
#include "respguard/policy/sender.hpp"

#include <cstdint>
#include <string_view>

namespace respguard::policy {

class address_range {
public:
    /// An address, a range in CIDR form, or "unix" for every unix socket.
    [[nodiscard]] static parsed<address_range> parse(std::string_view text);

    [[nodiscard]] bool contains(std::optional<ip_address> const& address) const noexcept;

private:
    ip_address first_{};
    std::uint8_t bits_ = 0;
    bool unix_ = false;
};

}  // namespace respguard::policy
