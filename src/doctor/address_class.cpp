#include "doctor/address_class.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>
#include <span>

namespace respguard::doctor {

namespace {

address_class of_v4(std::uint32_t bits) noexcept
{
    auto const within = [bits](std::uint32_t net, int size) {
        return bits >> (32 - size) == net >> (32 - size);
    };
    address_class out;
    out.is_loopback = within(0x7f000000, 8);
    out.is_public = !out.is_loopback && !within(0x0a000000, 8) && !within(0xac100000, 12) &&
                    !within(0xc0a80000, 16) && !within(0xa9fe0000, 16) && !within(0x64400000, 10);
    return out;
}

address_class of_v6(std::span<std::uint8_t const, 16> bytes) noexcept
{
    constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    constexpr std::array<std::uint8_t, 16> loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    if (std::equal(mapped.begin(), mapped.end(), bytes.begin())) {
        std::uint32_t bits = 0;
        for (auto const byte : bytes.last<4>())
            bits = bits << 8U | byte;
        return of_v4(bits);
    }
    address_class out;
    out.is_loopback = std::equal(loopback.begin(), loopback.end(), bytes.begin());
    bool const unique_local = (bytes[0] & 0xfeU) == 0xfcU;
    bool const link_local = bytes[0] == 0xfeU && (bytes[1] & 0xc0U) == 0x80U;
    out.is_public = !out.is_loopback && !unique_local && !link_local;
    return out;
}

}  // namespace

address_class classify(net::socket_address const& at) noexcept
{
    if (at.storage.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &at.storage, sizeof v4);
        return of_v4(ntohl(v4.sin_addr.s_addr));
    }
    if (at.storage.ss_family != AF_INET6) return {};
    sockaddr_in6 v6{};
    std::memcpy(&v6, &at.storage, sizeof v6);
    return of_v6(std::span<std::uint8_t const, 16>(v6.sin6_addr.s6_addr));
}

}  // namespace respguard::doctor
