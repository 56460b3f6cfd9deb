#include "respguard/policy/sender.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>

namespace respguard::policy {

std::optional<ip_address> parse_ip(std::string_view text) noexcept
{
    if (text.starts_with('[')) {
        std::size_t const end = text.find(']');
        if (end == std::string_view::npos) return {};
        text = text.substr(1, end - 1);
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        text = text.substr(0, text.find(':'));
    }
    std::array<char, INET6_ADDRSTRLEN> copy{};
    if (text.size() >= copy.size()) return {};
    std::copy(text.begin(), text.end(), copy.begin());
    ip_address address{};
    if (::inet_pton(AF_INET6, copy.data(), address.data()) == 1) return address;
    std::array<std::uint8_t, 4> four{};
    if (::inet_pton(AF_INET, copy.data(), four.data()) != 1) return {};
    address[10] = address[11] = 0xFF;
    std::copy(four.begin(), four.end(), address.begin() + 12);
    return address;
}

}  // namespace respguard::policy
