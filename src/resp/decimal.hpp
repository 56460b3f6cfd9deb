// Decimal numbers as RESP writes them.
#pragma once

#include "respguard/base/bytes.hpp"

#include <cstdint>
#include <optional>

namespace respguard::resp {

/// A number at the start of some bytes; `end` is behind its last digit, nullptr if there is none.
template <typename Char>
struct decimal {
    std::uint64_t value = 0;
    Char* end = nullptr;
};

/// More digits could overflow; such a number is left to parse_integer().
inline constexpr std::ptrdiff_t plain_digits_max = 18;

/// Reads `0|[1-9][0-9]*` of at most plain_digits_max digits: every count and length that peers
/// really send. Inline, because it runs once per argument and per element. Stops at the first byte
/// that is no digit; that byte is the caller's to judge.
template <typename Char>
[[nodiscard]] inline decimal<Char> read_decimal(Char* begin, Char* end) noexcept
{
    std::uint64_t value = 0;
    Char* at = begin;
    if (end - begin > plain_digits_max) end = begin + plain_digits_max + 1;
    for (; at != end; ++at) {
        auto const digit = static_cast<unsigned>(static_cast<unsigned char>(*at)) - '0';
        if (digit > 9) break;
        value = value * 10 + digit;
    }
    auto const digits = at - begin;
    if (digits == 0 || digits > plain_digits_max || (digits > 1 && *begin == '0')) return {};
    return {value, at};
}

/// Redis's own grammar of integers (redis 7.0.15 util.c string2ll): `0|-?[1-9][0-9]*` and nothing
/// around it, at most 20 characters, within 64 bits.
[[nodiscard]] std::optional<std::int64_t> parse_integer(byte_view text) noexcept;

/// The more generous grammar of `:` replies, `[+-]?[0-9]{1,20}`: what modules print passes.
[[nodiscard]] bool is_reply_integer(byte_view text) noexcept;

}  // namespace respguard::resp
