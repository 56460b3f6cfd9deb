// The key under which a command name is hashed: two machine words and a length.
#pragma once

#include "respguard/base/bytes.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace respguard::command {

/// The first and the last eight bytes of a name in lower case. Names up to 16 bytes are equal if
/// and only if their keys are; longer ones have to be compared as well.
struct name_key {
    static constexpr std::size_t exact_up_to = 16;

    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    std::size_t size = 0;

    [[nodiscard]] constexpr bool operator==(name_key const&) const noexcept = default;
};

/// `size` (1 to 8) bytes as one word, by overlapping loads; different bytes give different words.
template <typename Word>
[[nodiscard]] constexpr std::uint64_t load_word(char const* bytes) noexcept
{
    if (std::is_constant_evaluated()) {
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < sizeof(Word); ++i) {
            std::size_t const place =
                std::endian::native == std::endian::little ? i : sizeof(Word) - 1 - i;
            word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * place);
        }
        return word;
    }
    Word word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

[[nodiscard]] constexpr std::uint64_t load_short(char const* bytes, std::size_t size) noexcept
{
    if (size == 8) return load_word<std::uint64_t>(bytes);
    if (size >= 4) {
        return load_word<std::uint32_t>(bytes) | load_word<std::uint32_t>(bytes + size - 4) << 32;
    }
    return load_word<std::uint8_t>(bytes) | load_word<std::uint8_t>(bytes + size / 2) << 8 |
           load_word<std::uint8_t>(bytes + size - 1) << 16 | 0xFFFF'FFFF'FF00'0000;
}

/// ASCII capital letters become small ones in all eight bytes at once; every other byte stays.
[[nodiscard]] constexpr std::uint64_t lower_word(std::uint64_t word) noexcept
{
    constexpr std::uint64_t each = 0x0101'0101'0101'0101;
    std::uint64_t const low_bits = word & (0x7F * each);
    std::uint64_t const from_a = low_bits + (0x80 - 'A') * each;
    std::uint64_t const behind_z = low_bits + (0x7F - 'Z') * each;
    std::uint64_t const capital = (from_a ^ behind_z) & ~word & (0x80 * each);
    return word | capital >> 2;
}

[[nodiscard]] constexpr bool has_nul(std::uint64_t word) noexcept
{
    constexpr std::uint64_t each = 0x0101'0101'0101'0101;
    return ((word - each) & ~word & (0x80 * each)) != 0;
}

/// The name must not be empty.
[[nodiscard]] constexpr name_key make_key(byte_view name) noexcept
{
    name_key key;
    key.size = name.size();
    if (key.size <= 8) {
        key.head = lower_word(load_short(name.data(), key.size));
        key.tail = key.head;
    } else {
        key.head = lower_word(load_word<std::uint64_t>(name.data()));
        key.tail = lower_word(load_word<std::uint64_t>(name.data() + key.size - 8));
    }
    return key;
}

}  // namespace respguard::command
