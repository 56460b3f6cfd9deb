#include "policy/memory_value.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

namespace respguard::policy {

namespace {

constexpr std::size_t digits_max = 127;

struct unit {
    std::string_view name;
    std::uint64_t bytes;
};

constexpr std::array<unit, 8> units{{{"", 1},
                                     {"b", 1},
                                     {"k", 1'000},
                                     {"kb", 1'024},
                                     {"m", 1'000'000},
                                     {"mb", 1'024 * 1'024},
                                     {"g", 1'000'000'000},
                                     {"gb", 1'024 * 1'024 * 1'024}}};

}  // namespace

std::optional<std::uint64_t> memory_value(byte_view text) noexcept
{
    std::uint64_t number = 0;
    std::size_t at = 0;
    bool fits = true;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
        auto const digit = static_cast<std::uint64_t>(text[at] - '0');
        fits = fits && number <= (std::numeric_limits<std::uint64_t>::max() - digit) / 10;
        number = fits ? number * 10 + digit : std::numeric_limits<std::uint64_t>::max();
    }
    if (at > digits_max) return {};
    auto const found = std::find_if(units.begin(), units.end(), [&](unit const& u) {
        return equals_lower(text.substr(at), u.name);
    });
    if (found == units.end()) return {};
    return number * found->bytes;
}

}  // namespace respguard::policy
