#include "admin/limits_json.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/command_order.hpp"
#include "admin/presentable.hpp"
#include "admin/totals.hpp"

namespace respguard::admin {

namespace {

namespace json = boost::json;

/// Requests larger than a limit that is one of the histogram's own bounds: exact.
std::uint64_t count_over(stats::size_histogram const& sizes, std::uint64_t limit)
{
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < sizes.counts.size(); ++i) {
        bool const below = i < stats::size_bounds.size() && stats::size_bounds[i] <= limit;
        if (!below) out += sizes.counts[i];
    }
    return out;
}

double share(std::uint64_t part, std::uint64_t whole)
{
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Any limit: where it lies between two of the histogram's bounds only a range is known.
json::object custom(stats::size_histogram const& sizes, std::uint64_t limit)
{
    std::uint64_t surely = 0;
    std::uint64_t at_most = sizes.count;
    for (auto const bound : stats::size_bounds) {
        auto const over = count_over(sizes, bound);
        if (bound <= limit) at_most = std::min(at_most, over);
        if (bound >= limit) surely = std::max(surely, over);
    }
    if (sizes.max <= limit) at_most = 0;
    surely = std::min(surely, at_most);
    return {{"limit_bytes", limit},
            {"requests_over_min", surely},
            {"requests_over_max", at_most},
            {"share_min", share(surely, sizes.count)},
            {"share_max", share(at_most, sizes.count)}};
}

json::array largest(stats::shard_stats const& stats)
{
    auto rows = commands_by_calls(stats);
    std::stable_sort(rows.begin(), rows.end(), [](auto const& a, auto const& b) {
        return a.counted->request_bytes_max > b.counted->request_bytes_max;
    });
    json::array out;
    for (auto const& row : rows) {
        if (row.counted->request_bytes_max == 0) break;
        out.push_back(json::object{{"command", row.name},
                                   {"request_bytes_max", row.counted->request_bytes_max}});
    }
    return out;
}

json::array largest_by(std::string_view key, stats::large_requests const& seen)
{
    std::vector<stats::large_requests::row> rows(seen.rows().begin(), seen.rows().end());
    std::sort(rows.begin(), rows.end(),
              [](auto const& a, auto const& b) { return a.bytes_max > b.bytes_max; });
    json::array out;
    for (auto const& row : rows) {
        out.push_back(json::object{{key, presentable(row.name)},
                                   {"request_bytes_max", row.bytes_max},
                                   {"requests_large", row.count}});
    }
    return out;
}

}  // namespace

json::object limits_json(stats::report const& report)
{
    auto const& stats = *report.counted.shards.front();
    auto const& sizes = stats.request_sizes;
    json::array limits;
    // A vendor's "1 MB" may be decimal or not; ours (1mb) is 1 048 576.
    // The other two are redis_requirements::command_limits, which this module may not know.
    constexpr std::array<std::uint64_t, 3> asked{1'000'000, 1'048'576, 10'485'760};
    for (auto const limit : asked) {
        auto const over = count_over(sizes, limit);
        limits.push_back(json::object{
            {"limit_bytes", limit}, {"requests_over", over}, {"share", share(over, sizes.count)}});
    }
    constexpr double month_seconds = 30 * 86'400;
    double const uptime = static_cast<double>(report.uptime_ns) / 1e9;
    double const calls = static_cast<double>(totals::of(stats).calls);
    return {{"requests", sizes.count},
            {"request_bytes_max", sizes.max},
            {"over", std::move(limits)},
            {"over_command_limit", custom(sizes, report.command_limit_bytes)},
            {"commands_per_month", uptime > 0 ? calls / uptime * month_seconds : 0.0},
            {"largest_by_command", largest(stats)},
            {"large_from_bytes", stats::large_request_bytes},
            {"largest_by_script", largest_by("script", stats.large_by_script)},
            {"largest_by_queue", largest_by("queue", stats.large_by_queue)}};
}

}  // namespace respguard::admin
