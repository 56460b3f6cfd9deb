// A fast hash for tables in memory; not against somebody who wants collisions of a known seed.
#pragma once

#include "respguard/base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace respguard {

/// Both halves of the product, folded: every bit of the input changes about half of the output's.
[[nodiscard]] inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept
{
    __extension__ using wide = unsigned __int128;
    wide const product = static_cast<wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

[[nodiscard]] inline std::uint64_t load_up_to_8(char const* bytes, std::size_t size) noexcept
{
    std::uint64_t word = 0;
    if (size >= 4) {
        std::uint32_t head = 0;
        std::uint32_t tail = 0;
        std::memcpy(&head, bytes, 4);
        std::memcpy(&tail, bytes + size - 4, 4);
        word = head | std::uint64_t{tail} << 32;
    } else if (size > 0) {
        auto const at = [&](std::size_t i) {
            return std::uint64_t{static_cast<unsigned char>(bytes[i])};
        };
        word = at(0) | at(size / 2) << 8 | at(size - 1) << 16;
    }
    return word;
}

/// Equal bytes give equal hashes; the length counts.
[[nodiscard]] inline std::uint64_t hash_of(byte_view bytes, std::uint64_t seed = 0) noexcept
{
    constexpr std::uint64_t a = 0xA076'1D64'78BD'642F;
    constexpr std::uint64_t b = 0xE703'7ED1'A0B4'28DB;
    char const* at = bytes.data();
    std::size_t left = bytes.size();
    std::uint64_t hash = seed ^ a;
    for (; left > 8; at += 8, left -= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, 8);
        hash = mix(hash ^ word, b);
    }
    return mix(hash ^ load_up_to_8(at, left), b ^ bytes.size());
}

}  // namespace respguard
