// Taking keys apart at their colons, fast.
#pragma once

#include "respguard/base/bytes.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace respguard::relay {

/// A part behind the first one that is longer, or does not begin with a lower-case letter, is never
/// more than `*` to key_family.hpp.
inline constexpr std::size_t telling_bytes_max = 11;

[[nodiscard]] constexpr bool is_lower_letter(char c) noexcept { return c >= 'a' && c <= 'z'; }

/// As key.find(':', from), without a call: parts are short.
[[gnu::always_inline]] inline std::size_t find_colon(byte_view key, std::size_t from) noexcept
{
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
    constexpr std::size_t width = sizeof(std::uint64_t);
    static_assert(std::endian::native == std::endian::little);
    if (key.size() < width) {
        while (from < key.size() && key[from] != ':')
            ++from;
        return from < key.size() ? from : byte_view::npos;
    }
    while (from < key.size()) {
        // The last word begins before `from`; what is in front of it is shifted out.
        std::size_t const at = std::min(from, key.size() - width);
        std::uint64_t word = 0;
        std::memcpy(&word, key.data() + at, width);
        word = (word ^ ones * ':') >> (from - at) * 8U;
        if (from > at) word |= ~(~std::uint64_t{0} >> (from - at) * 8U);
        // The lowest byte that is zero has the lowest of these bits.
        std::uint64_t const zeros = (word - ones) & ~word & (ones << 7U);
        if (zeros != 0) return from + static_cast<std::size_t>(std::countr_zero(zeros)) / 8;
        from = at + width;
    }
    return byte_view::npos;
}

}  // namespace respguard::relay
