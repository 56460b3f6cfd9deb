// Bytes as they travel on the wire, and how their letters compare.
//
// Everything here uses C-locale byte classes only: Redis compares names that way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace respguard {

/// Bytes of a peer: may hold anything, NUL included. Borrowed, never owned.
using byte_view = std::string_view;

/// ASCII lower case; every other byte stays as it is.
[[nodiscard]] constexpr char to_lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// The bytes up to the first NUL: what a C string function of the server sees.
[[nodiscard]] constexpr byte_view until_nul(byte_view bytes) noexcept
{
    return bytes.substr(0, bytes.find('\0'));
}

/// True if `bytes` and `lower` are equal but for ASCII letter case; `lower` is lower case already.
[[nodiscard]] constexpr bool equals_lower(byte_view bytes, byte_view lower) noexcept
{
    if (bytes.size() != lower.size()) return false;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (to_lower(bytes[i]) != lower[i]) return false;
    }
    return true;
}

/// As memcmp() == 0, without a call: for a few bytes.
[[nodiscard, gnu::always_inline]] inline bool are_same(char const* a, char const* b,
                                                       std::size_t size) noexcept
{
    auto const differ = [a, b]<typename Word>(Word x, std::size_t at) {
        Word y = 0;
        std::memcpy(&x, a + at, sizeof x);
        std::memcpy(&y, b + at, sizeof y);
        return x != y;
    };
    // The last word of each width overlaps the one before it.
    if (size >= sizeof(std::uint64_t)) {
        for (std::size_t at = 0; at + sizeof(std::uint64_t) < size; at += sizeof(std::uint64_t)) {
            if (differ(std::uint64_t{0}, at)) return false;
        }
        return !differ(std::uint64_t{0}, size - sizeof(std::uint64_t));
    }
    if (size >= sizeof(std::uint32_t)) {
        return !differ(std::uint32_t{0}, 0) &&
               !differ(std::uint32_t{0}, size - sizeof(std::uint32_t));
    }
    if (size >= sizeof(std::uint16_t)) {
        return !differ(std::uint16_t{0}, 0) &&
               !differ(std::uint16_t{0}, size - sizeof(std::uint16_t));
    }
    return size == 0 || *a == *b;
}

/// A copy in ASCII lower case.
[[nodiscard]] inline std::string lowered(byte_view bytes)
{
    std::string out(bytes);
    for (char& c : out)
        c = to_lower(c);
    return out;
}

}  // namespace respguard
