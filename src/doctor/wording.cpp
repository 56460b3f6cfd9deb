#include "doctor/wording.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

namespace respguard::doctor {

std::string bytes_text(double bytes)
{
    constexpr std::array<std::string_view, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    while (bytes >= 1024 && unit + 1 < units.size()) {
        bytes /= 1024;
        ++unit;
    }
    bool const whole = unit == 0 || bytes >= 100 || std::floor(bytes) == bytes;
    return whole ? fmt::format("{:.0f} {}", bytes, units[unit])
                 : fmt::format("{:.1f} {}", bytes, units[unit]);
}

std::string milliseconds_text(std::chrono::nanoseconds time)
{
    double const ms = static_cast<double>(time.count()) / 1e6;
    if (ms >= 1'000) return fmt::format("{:.1f} s", ms / 1'000);
    if (ms >= 10) return fmt::format("{:.0f} ms", ms);
    return ms >= 0.1 ? fmt::format("{:.2f} ms", ms) : fmt::format("{:.3f} ms", ms);
}

std::string age_text(double seconds)
{
    if (seconds < 120) return fmt::format("{:.0f} s", std::max(seconds, 0.0));
    if (seconds < 2 * 3'600) return fmt::format("{:.0f} min", std::floor(seconds / 60));
    if (seconds < 48 * 3'600) return fmt::format("{:.0f} h", std::floor(seconds / 3'600));
    return fmt::format("{:.0f} d", std::floor(seconds / 86'400));
}

std::string count_text(double count)
{
    std::string digits = fmt::format("{:.0f}", count);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), " ");
    return digits;
}

std::string plain_number(double count) { return fmt::format("{:.0f}", count); }

std::string percent_text(double share) { return fmt::format("{:.0f} %", 100 * share); }

std::string since_start(facts const& from)
{
    auto const uptime = from.info_number("uptime_in_seconds");
    return uptime ? " since the start " + age_text(*uptime) + " ago" : "";
}

finding good(std::string message, std::string value, std::string source)
{
    return {status::ok, std::move(message), std::move(value), std::move(source), {}, {}};
}

finding warning(std::string message, std::string value, std::string source)
{
    return {status::warn, std::move(message), std::move(value), std::move(source), {}, {}};
}

finding failure(std::string message, std::string value, std::string source)
{
    return {status::fail, std::move(message), std::move(value), std::move(source), {}, {}};
}

finding unread(std::string message, std::string denied)
{
    return {status::skip, std::move(message), {}, {}, std::move(denied), {}};
}

finding with_fix(finding of, std::string fix)
{
    of.fix = std::move(fix);
    return of;
}

finding no_field(facts const& from, std::string_view field)
{
    auto const* const info = from.reply("INFO");
    bool const readable = info != nullptr && !info->is_error();
    if (!readable) return unread("INFO cannot be read", from.denied("INFO"));
    return unread(fmt::format("this server's INFO has no {}", field));
}

}  // namespace respguard::doctor
