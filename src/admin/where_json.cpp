#include "admin/where_json.hpp"

#include "respguard/command/command_table.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "admin/json_text.hpp"

namespace respguard::admin {

namespace {

namespace json = boost::json;

constexpr double slow_quantile = 0.99;

json::object parts_json(stats::time_sums const& average, stats::upstream_timing const& upstream)
{
    json::object out;
    for (auto const& part : stats::named_parts(average, upstream))
        out[part.name] = microseconds(part.ns);
    return out;
}

stats::time_split lately_or_ever(stats::split_window const& where)
{
    auto const lately = where.lately();
    return lately.all().count > 0 ? lately : where.all();
}

}  // namespace

json::object where_json(stats::split_window const& where, stats::upstream_timing const& upstream)
{
    auto const split = lately_or_ever(where);
    auto const average = split.all().average();
    auto const slow = split.slowest(slow_quantile).average();
    return {{"avg_us", parts_json(average, upstream)},
            {"avg_words", stats::in_words(average, upstream)},
            {"p99_us", parts_json(slow, upstream)},
            {"p99_words", stats::in_words(slow, upstream)}};
}

stats::split_window where_of_all(stats::shard_stats const& stats)
{
    stats::split_window all;
    for (std::size_t id = 0; id < command::table().size(); ++id) {
        if (auto const* seen = stats.find(static_cast<command::command_id>(id))) {
            all.merge(seen->where);
        }
    }
    return all;
}

std::string where_in_words(stats::report const& report)
{
    auto const split = lately_or_ever(where_of_all(*report.counted.shards.front()));
    auto const words = stats::in_words(split.slowest(slow_quantile).average(), report.timing);
    return words.empty() ? words : "p99 " + words;
}

json::object timing_json(stats::upstream_timing const& upstream)
{
    json::object out{{"network_us", nullptr}, {"busy_share", nullptr}, {"busiest", nullptr}};
    if (upstream.known) out["network_us"] = microseconds(upstream.network_ns);
    if (upstream.server_known) {
        out["busy_share"] = upstream.busy_share;
        out["busiest"] = upstream.busiest;
    }
    out["latencystats"] =
        upstream.no_percentiles.empty() ? std::string("read") : upstream.no_percentiles;
    return out;
}

json::value server_percentiles_json(stats::upstream_timing const& upstream,
                                    std::string_view command)
{
    auto const found = std::find_if(
        upstream.percentiles.begin(), upstream.percentiles.end(),
        [&](stats::server_percentiles const& each) { return each.command == command; });
    if (found == upstream.percentiles.end()) return nullptr;
    return json::object{{"p50", found->p50_us}, {"p99", found->p99_us}, {"p99_9", found->p99_9_us}};
}

json::object paths_json(std::vector<stats::client_row> const& clients)
{
    std::vector<std::uint64_t> paths;
    std::uint64_t shortest = 0;
    for (auto const& client : clients) {
        if (client.path_ns == 0) continue;
        paths.push_back(client.path_ns);
        if (client.path_min_ns == 0) continue;
        if (shortest == 0 || client.path_min_ns < shortest) shortest = client.path_min_ns;
    }
    json::object out{{"connections", paths.size()},
                     {"rtt_median_us", nullptr},
                     {"rtt_max_us", nullptr},
                     {"rtt_min_us", nullptr}};
    if (paths.empty()) return out;
    std::sort(paths.begin(), paths.end());
    out["rtt_median_us"] = microseconds(paths[paths.size() / 2]);
    out["rtt_max_us"] = microseconds(paths.back());
    if (shortest > 0) out["rtt_min_us"] = microseconds(shortest);
    return out;
}

}  // namespace respguard::admin
