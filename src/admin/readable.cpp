#include "admin/readable.hpp"

#include <fmt/format.h>

#include <array>
#include <ctime>
#include <string_view>

namespace respguard::admin {

namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;

/// Three significant digits: 1.23, 12.3, 123.
std::string three_digits(double value)
{
    if (value < 9.995) return fmt::format("{:.2f}", value);
    if (value < 99.95) return fmt::format("{:.1f}", value);
    return fmt::format("{:.0f}", value);
}

struct unit {
    double size;
    std::string_view name;
};

/// In the largest unit of which there is at least one; `units` from small to large, not empty.
template <std::size_t Count>
std::string scaled(double value, std::array<unit, Count> const& units)
{
    std::size_t at = 0;
    // 999.5 would be shown as "1000", so the next unit begins there.
    while (at + 1 < Count && value >= units[at + 1].size * 0.9995)
        ++at;
    return fmt::format("{} {}", three_digits(value / units[at].size), units[at].name);
}

}  // namespace

std::string readable_count(std::uint64_t count)
{
    if (count < 1'000) return fmt::format("{}", count);
    if (count < 1'000'000) return fmt::format("{},{:03}", count / 1'000, count % 1'000);
    static constexpr std::array<unit, 3> units{{{1e6, "M"}, {1e9, "G"}, {1e12, "T"}}};
    return scaled(static_cast<double>(count), units);
}

std::string readable_size(std::uint64_t bytes)
{
    if (bytes < 1'000) return fmt::format("{} B", bytes);
    static constexpr std::array<unit, 4> units{
        {{1024., "KiB"}, {1048576., "MiB"}, {1073741824., "GiB"}, {1099511627776., "TiB"}}};
    return scaled(static_cast<double>(bytes), units);
}

std::string readable_latency(std::uint64_t ns)
{
    if (ns == 0) return "-";
    static constexpr std::array<unit, 3> units{{{1e3, "µs"}, {1e6, "ms"}, {1e9, "s"}}};
    return scaled(static_cast<double>(ns), units);
}

std::string readable_age(std::uint64_t ns)
{
    std::uint64_t const seconds = ns / second_ns;
    if (seconds < 60) return fmt::format("{} s", seconds);
    if (seconds < 3'600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
    if (seconds < 86'400) return fmt::format("{} h {} min", seconds / 3'600, seconds / 60 % 60);
    return fmt::format("{} d {} h", seconds / 86'400, seconds / 3'600 % 24);
}

std::string readable_time(std::uint64_t unix_ns)
{
    if (unix_ns == 0) return "never";
    auto const seconds = static_cast<std::time_t>(unix_ns / second_ns);
    std::tm parts{};
    if (gmtime_r(&seconds, &parts) == nullptr) return "?";
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace respguard::admin
