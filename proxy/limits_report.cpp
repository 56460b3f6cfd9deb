// /stats in words: what a limit on commands would refuse.
#include "limits_report.hpp"

#include "respguard/base/units.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace respguard::proxy {

namespace {

namespace json = boost::json;

std::uint64_t number(json::object const& of, char const* key)
{
    return of.at(key).to_number<std::uint64_t>();
}

std::string percent(std::uint64_t part, std::uint64_t whole)
{
    double const share =
        whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    return fmt::format("{:.4g} %", share);
}

/// The histogram knows how many are at most as large as each bound.
std::string custom_line(json::object const& stats, std::uint64_t limit)
{
    auto const& sizes = stats.at("request_bytes").as_object();
    auto const all = number(sizes, "count");
    std::uint64_t surely = 0;
    std::uint64_t at_most = all;
    for (auto const& each : sizes.at("buckets").as_array()) {
        auto const& bucket = each.as_object();
        auto const over = all - number(bucket, "count");
        if (number(bucket, "le") <= limit) at_most = std::min(at_most, over);
        if (number(bucket, "le") >= limit) surely = std::max(surely, over);
    }
    if (number(sizes, "max") <= limit) at_most = 0;
    surely = std::min(surely, at_most);
    auto const text = surely == at_most ? fmt::format("{} ({})", surely, percent(surely, all))
                                        : fmt::format("{} to {} ({} to {})", surely, at_most,
                                                      percent(surely, all), percent(at_most, all));
    return fmt::format("  over {:<12} {}\n", format_size(limit), text);
}

std::string largest(json::object const& limits, std::string const& by)
{
    std::string out;
    std::size_t shown = 0;
    for (auto const& each : limits.at("largest_by_" + by).as_array()) {
        if (shown++ == 10) break;
        auto const& row = each.as_object();
        out += fmt::format("  {:<17} {} bytes\n", std::string_view(row.at(by).as_string()),
                           number(row, "request_bytes_max"));
    }
    return out.empty() ? "  none yet\n" : out;
}

}  // namespace

std::string limits_report(json::object const& stats, std::uint64_t custom)
{
    auto const& limits = stats.at("limits").as_object();
    auto const all = number(limits, "requests");
    auto out = fmt::format("requests so far  {}, the largest {} bytes\n", all,
                           number(limits, "request_bytes_max"));
    for (auto const& each : limits.at("over").as_array()) {
        auto const& row = each.as_object();
        auto const over = number(row, "requests_over");
        auto const limit = number(row, "limit_bytes");
        out +=
            fmt::format("  over {:<12} {} ({}){}\n", format_size(limit), over, percent(over, all),
                        limit == 1'000'000 ? ", a vendor's decimal 1 MB" : "");
    }
    if (custom > 0) out += custom_line(stats, custom);
    out += fmt::format("commands a month at this rate  {:.3g}\n",
                       limits.at("commands_per_month").to_number<double>());
    out += "largest request by command\n" + largest(limits, "command");
    auto const large = format_size(number(limits, "large_from_bytes"));
    out += fmt::format("by script, of requests from {} on\n", large) + largest(limits, "script");
    return out + fmt::format("by queue, of requests from {} on\n", large) +
           largest(limits, "queue");
}

}  // namespace respguard::proxy
