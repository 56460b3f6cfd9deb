#include "resp/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace respguard::resp {

std::optional<std::int64_t> parse_integer(byte_view text) noexcept
{
    if (text == "0") return 0;
    auto const digits = text.starts_with('-') ? text.substr(1) : text;
    // from_chars would take "01" and "-0"; it takes neither blanks nor a plus, as wished.
    if (digits.empty() || digits.front() < '1' || digits.front() > '9') return std::nullopt;

    std::int64_t value = 0;
    auto const* const end = text.data() + text.size();
    auto const [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return value;
}

bool is_reply_integer(byte_view text) noexcept
{
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && text.size() <= 20 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace respguard::resp
