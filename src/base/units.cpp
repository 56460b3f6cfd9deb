// Sizes and durations as people write and read them.
#include "respguard/base/units.hpp"

#include "respguard/base/bytes.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <system_error>

namespace respguard {

namespace {

struct unit {
    std::string_view suffix;
    std::uint64_t factor;
};

constexpr std::uint64_t kib = 1024;

// What redis 7.0.15 util.c memtoull() knows: with "b" 1024-based, without it 1000-based.
constexpr std::array<unit, 8> size_units{{
    {"", 1},
    {"b", 1},
    {"k", 1'000},
    {"kb", kib},
    {"m", 1'000'000},
    {"mb", kib* kib},
    {"g", 1'000'000'000},
    {"gb", kib* kib* kib},
}};

// Largest first: format_duration() takes the first that divides.
constexpr std::array<unit, 6> duration_units{{
    {"h", 3'600'000'000'000},
    {"m", 60'000'000'000},
    {"s", 1'000'000'000},
    {"ms", 1'000'000},
    {"us", 1'000},
    {"ns", 1},
}};

struct number_and_suffix {
    std::uint64_t number = 0;
    std::string_view suffix;
};

parsed<number_and_suffix> split_number(std::string_view text, std::string_view example)
{
    std::uint64_t number = 0;
    char const* const end = text.data() + text.size();
    auto const [rest, ec] = std::from_chars(text.data(), end, number);
    if (ec == std::errc::result_out_of_range) return problem{"number too large"};
    if (ec != std::errc{}) {
        return problem{"expected a number with a unit, such as " + std::string(example)};
    }
    return number_and_suffix{number, {rest, static_cast<std::size_t>(end - rest)}};
}

std::string join(std::uint64_t number, std::string_view suffix)
{
    std::string out = std::to_string(number);
    out += suffix;
    return out;
}

}  // namespace

parsed<std::uint64_t> parse_size(std::string_view text)
{
    auto const split = split_number(text, "\"64kb\" or \"1mb\"");
    if (!split) return split.error();
    for (unit const& u : size_units) {
        if (!equals_lower(split->suffix, u.suffix)) continue;
        if (split->number > std::numeric_limits<std::uint64_t>::max() / u.factor) {
            return problem{"size too large"};
        }
        return split->number * u.factor;
    }
    return problem{"unknown unit of size: use b, kb, mb, gb (1024-based) or k, m, g (1000-based)"};
}

parsed<std::chrono::nanoseconds> parse_duration(std::string_view text)
{
    if (text == "0") return std::chrono::nanoseconds{0};
    auto const split = split_number(text, "\"250ms\", \"5s\" or \"1m\"");
    if (!split) return split.error();
    if (split->suffix.empty()) {
        return problem{"a duration needs a unit: us, ms, s, m or h, such as \"250ms\" or \"5s\""};
    }
    constexpr std::uint64_t nanoseconds_max = std::numeric_limits<std::int64_t>::max();
    for (unit const& u : duration_units) {
        if (!equals_lower(split->suffix, u.suffix)) continue;
        if (split->number > nanoseconds_max / u.factor) return problem{"duration too long"};
        return std::chrono::nanoseconds{static_cast<std::int64_t>(split->number * u.factor)};
    }
    return problem{"unknown unit of time: use us, ms, s, m or h"};
}

std::string format_size(std::uint64_t bytes)
{
    if (bytes == 0) return "0";
    // 1024-based units only: "1k" would be shorter for 1000, but few people read it as 1000.
    if (bytes % (kib * kib * kib) == 0) return join(bytes / (kib * kib * kib), "gb");
    if (bytes % (kib * kib) == 0) return join(bytes / (kib * kib), "mb");
    if (bytes % kib == 0) return join(bytes / kib, "kb");
    return std::to_string(bytes);
}

std::string format_duration(std::chrono::nanoseconds duration)
{
    if (duration.count() == 0) return "0";
    bool const negative = duration.count() < 0;  // Only ever a difference in a message.
    auto const bits = static_cast<std::uint64_t>(duration.count());
    std::uint64_t const count = negative ? 0 - bits : bits;
    for (unit const& u : duration_units) {
        if (count % u.factor == 0) return (negative ? "-" : "") + join(count / u.factor, u.suffix);
    }
    return join(count, "ns");  // Not reached: the last unit divides all.
}

}  // namespace respguard
