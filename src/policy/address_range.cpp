#include "policy/address_range.hpp"

#include <charconv>
#include <string>

namespace respguard::policy {

parsed<address_range> address_range::parse(std::string_view text)
{
    address_range made;
    if (text == "unix") {
        made.unix_ = true;
        return made;
    }
    auto const bad = [&] {
        return problem{"client '" + std::string(text) +
                       "' is no address, such as 10.0.0.7, 10.0.0.0/8, fd00::/8 or unix"};
    };
    std::size_t const bar = text.find('/');
    std::string_view const host = text.substr(0, bar);
    bool const is_v4 = host.find(':') == std::string_view::npos;
    auto const address = parse_ip(host);
    if (!address || (!is_v4 && host.find('.') != std::string_view::npos)) return bad();
    made.first_ = *address;
    unsigned const bits_max = is_v4 ? 32 : 128;
    unsigned bits = bits_max;
    if (bar != std::string_view::npos) {
        std::string_view const width = text.substr(bar + 1);
        auto const read = std::from_chars(width.data(), width.data() + width.size(), bits);
        if (read.ec != std::errc{} || read.ptr != width.data() + width.size()) return bad();
        if (bits > bits_max) return bad();
    }
    made.bits_ = static_cast<std::uint8_t>(bits + 128 - bits_max);
    for (unsigned bit = made.bits_; bit < 128; ++bit) {
        if ((made.first_[bit / 8] >> (7 - bit % 8) & 1U) == 0) continue;
        return problem{"client '" + std::string(text) +
                       "' has bits behind its prefix: write the first address of the range"};
    }
    return made;
}

bool address_range::contains(std::optional<ip_address> const& address) const noexcept
{
    if (unix_ || !address) return unix_ && !address;
    unsigned const whole = bits_ / 8U;
    for (unsigned i = 0; i < whole; ++i) {
        if ((*address)[i] != first_[i]) return false;
    }
    unsigned const rest = bits_ % 8U;
    return rest == 0 || ((*address)[whole] ^ first_[whole]) >> (8 - rest) == 0;
}

}  // namespace respguard::policy
