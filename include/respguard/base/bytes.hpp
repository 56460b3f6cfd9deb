// Bytes as they travel on the wire, and how their letters compare.
//
// Everything here uses C-locale byte classes only: Redis compares names that way.
#pragma once

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

/// A copy in ASCII lower case.
[[nodiscard]] inline std::string lowered(byte_view bytes)
{
    std::string out(bytes);
    for (char& c : out)
        c = to_lower(c);
    return out;
}

}  // namespace respguard
