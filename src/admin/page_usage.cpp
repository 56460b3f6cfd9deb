#include "admin/page_usage.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/readable.hpp"

namespace respguard::admin {

namespace {

namespace json = boost::json;

/// Most used first; those that were never used, like an empty `__overflow__`, are left out.
std::vector<stats::usage const*> busiest(stats::dimension const& of)
{
    std::vector<stats::usage const*> rows;
    for (auto const& row : of.rows()) {
        if (row.calls > 0) rows.push_back(&row);
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](auto const* a, auto const* b) { return a->calls > b->calls; });
    rows.resize(std::min(rows.size(), page_usage_rows_max));
    return rows;
}

json::object usage_values(std::string_view kind, stats::usage const& row)
{
    auto const& trips = row.round_trips;
    return {{"name", row.name},
            {"rate", fmt::format("{} {}", kind, row.name)},
            {"calls", readable_count(row.calls)},
            {"calls_exact", fmt::format("{}", row.calls)},
            {"errors", readable_count(row.errors)},
            {"errors_class", row.errors > 0 ? "bad" : "dim"},
            {"p50", readable_latency(trips.quantile_ns(0.50))},
            {"p99", readable_latency(trips.quantile_ns(0.99))},
            {"max", readable_latency(trips.max_ns())},
            {"request_max", readable_size(row.request_bytes_max)},
            {"reply_max", readable_size(row.reply_bytes_max)}};
}

void add_hot_keys(json::object& page, stats::hot_key_counts const& hot)
{
    auto const& counted = hot.counted;
    json::array rows;
    auto const shown = std::min<std::size_t>(hot.settings.shown, page_usage_rows_max);
    for (auto const& row : counted.rows) {
        if (rows.size() == shown) break;
        double const share = 100.0 * static_cast<double>(row.uses) /
                             static_cast<double>(std::max<std::uint64_t>(counted.uses, 1));
        auto const least = row.uses - row.uses_error;
        rows.push_back(json::object{{"name", row.text},
                                    {"share", fmt::format("{:.1f} %", share)},
                                    {"uses", readable_count(row.uses)},
                                    {"least", readable_count(least)},
                                    {"least_class", least == row.uses ? "dim" : ""}});
    }
    page["keys_summary"] =
        fmt::format("{}in the last {}; more in /keys/hot",
                    hot.settings.masked ? "ids masked; " : "", readable_age(hot.period_ns));
    page["has_keys"] = !rows.empty();
    page["keys"] = std::move(rows);
}

}  // namespace

void add_usage(json::object& page, stats::report const& report)
{
    auto const& counted = *report.counted.shards.front();
    json::array scripts;
    for (auto const* row : busiest(counted.scripts))
        scripts.push_back(usage_values("script", *row));
    json::array queues;
    for (auto const* row : busiest(counted.queues)) {
        auto values = usage_values("queue", *row);
        bool const lost = report.lost_consumers.count(row->name) > 0;
        values["workers"] = lost ? "lost" : readable_count(row->workers.waiting);
        values["workers_class"] = lost ? "bad" : row->workers.waiting > 0 ? "" : "dim";
        queues.push_back(std::move(values));
    }
    page["has_scripts"] = !scripts.empty();
    page["scripts"] = std::move(scripts);
    page["has_queues"] = !queues.empty();
    page["queues"] = std::move(queues);
    add_hot_keys(page, report.counted.hot_keys);
}

}  // namespace respguard::admin
