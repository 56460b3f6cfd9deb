#include "respguard/terminal/short_number.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <ctime>
#include <string_view>

namespace respguard::terminal {

namespace {

/// Three digits that count: "1.23", "12.3", "123".
std::string three_digits(double value)
{
    if (value < 9.995) return fmt::format("{:.2f}", value);
    if (value < 99.95) return fmt::format("{:.1f}", value);
    return fmt::format("{:.0f}", value);
}

std::tm local(std::int64_t unix_ms)
{
    std::time_t const seconds = unix_ms / 1'000;
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    return parts;
}

}  // namespace

std::string short_count(double count)
{
    if (count < 10 && std::round(count * 10) != std::round(count) * 10) {
        return fmt::format("{:.1f}", count);
    }
    if (count < 9'999.5) return fmt::format("{:.0f}", count);
    constexpr std::array<char, 4> units{'k', 'M', 'G', 'T'};
    std::size_t unit = 0;
    count /= 1'000;
    for (; unit + 1 < units.size() && count >= 999.5; ++unit)
        count /= 1'000;
    return three_digits(count) + units.at(unit);
}

std::string short_size(double bytes)
{
    if (bytes < 1'023.5) return fmt::format("{:.0f}", bytes);
    constexpr std::array<char, 4> units{'K', 'M', 'G', 'T'};
    std::size_t unit = 0;
    bytes /= 1'024;
    for (; unit + 1 < units.size() && bytes >= 999.5; ++unit)
        bytes /= 1'024;
    return fmt::format("{:.{}f}{}", bytes, bytes < 9.95 ? 1 : 0, units.at(unit));
}

std::string short_time(double us)
{
    if (us <= 0) return "-";
    if (us < 999.5) return fmt::format("{:.0f}us", us);
    if (us < 999'500) return three_digits(us / 1'000) + "ms";
    return three_digits(us / 1'000'000) + "s";
}

std::string short_age(double ms)
{
    auto const seconds = static_cast<std::uint64_t>(ms / 1'000);
    if (seconds < 60) return fmt::format("{}s", seconds);
    if (seconds < 3'600) return fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
    auto const minutes = seconds / 60;
    if (minutes < 1'440) return fmt::format("{}h{:02}m", minutes / 60, minutes % 60);
    return fmt::format("{}d{:02}h", minutes / 1'440, minutes / 60 % 24);
}

std::string date_and_time(std::int64_t unix_ms)
{
    std::tm const parts = local(unix_ms);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", parts.tm_year + 1'900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string time_of_day(std::int64_t unix_ms)
{
    std::tm const parts = local(unix_ms);
    return fmt::format("{:02}:{:02}:{:02}.{:03}", parts.tm_hour, parts.tm_min, parts.tm_sec,
                       unix_ms % 1'000);
}

}  // namespace respguard::terminal
