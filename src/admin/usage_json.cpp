#include "admin/usage_json.hpp"

#include "respguard/command/command_table.hpp"
#include "respguard/command/script_catalogue.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "admin/json_text.hpp"
#include "admin/presentable.hpp"

namespace respguard::admin {

namespace {

namespace json = boost::json;

json::object usage_durations(stats::latency_histogram const& histogram)
{
    return {{"p50", microseconds(histogram.quantile_ns(0.50))},
            {"p95", microseconds(histogram.quantile_ns(0.95))},
            {"p99", microseconds(histogram.quantile_ns(0.99))},
            {"max", microseconds(histogram.max_ns())},
            {"count", histogram.count()}};
}

std::uint64_t average(std::uint64_t sum, std::uint64_t count)
{
    return count == 0 ? 0 : sum / count;
}

json::object usage_json(std::string_view key, stats::usage const& row, bool has_histograms)
{
    json::object out{{key, row.name},
                     {"calls", row.calls},
                     {"errors", row.errors},
                     {"cancelled", row.cancelled},
                     {"request_bytes", row.request_bytes},
                     {"request_bytes_max", row.request_bytes_max},
                     {"reply_bytes", row.reply_bytes},
                     {"reply_bytes_max", row.reply_bytes_max},
                     {"blocked_ms", milliseconds(row.blocked_ns)},
                     {"blocked_calls", row.blocked}};
    if (has_histograms) {
        out["rtt_us"] = usage_durations(row.round_trips);
    } else {
        out["rtt_us"] = json::object{{"avg", microseconds(average(row.round_trip_ns, row.timed))},
                                     {"max", microseconds(row.round_trip_ns_max)},
                                     {"count", row.timed}};
    }
    return out;
}

std::vector<stats::usage const*> by_calls(stats::dimension const& of)
{
    std::vector<stats::usage const*> rows;
    for (auto const& row : of.rows()) {
        bool const is_overflow = row.name == stats::overflow_label;
        if (!is_overflow || of.overflowed() > 0) rows.push_back(&row);
    }
    std::sort(rows.begin(), rows.end(), [](stats::usage const* a, stats::usage const* b) {
        return a->calls != b->calls ? a->calls > b->calls : a->name < b->name;
    });
    return rows;
}

json::object overflow_json(stats::dimension const& of)
{
    return {{"names_max", of.names_max()}, {"overflowed", of.overflowed()}};
}

stats::shard_stats const& all_of(stats::report const& report)
{
    return *report.counted.shards.front();
}

json::object inflight_row_json(stats::inflight_row const& row)
{
    json::object out{{"client", row.client},     {"client_id", row.client_id},
                     {"name", row.name},         {"command", row.command},
                     {"script", row.script},     {"queue", row.queue},
                     {"family", row.family},     {"age_ms", milliseconds(row.age_ns)},
                     {"behind", row.behind},     {"request_bytes", row.request_bytes},
                     {"blocking", row.blocking}, {"timeout_ms", nullptr},
                     {"overdue", row.overdue}};
    if (row.timeout_ns) out["timeout_ms"] = milliseconds(*row.timeout_ns);
    return out;
}

json::object logged_json(stats::logged_command const& entry)
{
    json::array arguments;
    for (auto const& each : entry.arguments)
        arguments.emplace_back(presentable(each));
    json::object parts{{"guard", microseconds(entry.parts.guard_ns)},
                       {"behind", microseconds(entry.parts.behind_ns)},
                       {"upstream", microseconds(entry.parts.upstream_ns)},
                       {"transfer", microseconds(entry.parts.transfer_ns)},
                       {"client", microseconds(entry.parts.client_ns)}};
    return {{"id", entry.id},
            {"kind", stats::log_kind_names[static_cast<std::size_t>(entry.kind)]},
            {"unix_ms", entry.unix_ns / 1'000'000U},
            {"rtt_us", microseconds(entry.round_trip_ns)},
            {"command", command::traits_of(entry.command).name},
            {"arguments", std::move(arguments)},
            {"argument_count", entry.argument_count},
            {"client", presentable(entry.client)},
            {"client_id", entry.client_id},
            {"name", presentable(entry.name)},
            {"user", presentable(entry.user)},
            {"db", entry.db},
            {"script", entry.script},
            {"queue", entry.queue},
            {"family", entry.family},
            {"request_bytes", entry.request_bytes},
            {"reply_bytes", entry.reply_bytes},
            {"outcome", to_string(entry.outcome)},
            {"error", entry.error},
            {"blocking", entry.blocking},
            {"parts_us", std::move(parts)},
            {"where", stats::in_words(entry.parts, entry.round_trip_ns)}};
}

std::vector<stats::logged_command const*> newest_first(stats::report const& report,
                                                       std::uint32_t kinds)
{
    std::vector<stats::logged_command const*> rows;
    for (auto const& entry : report.counted.logs) {
        if ((kinds >> static_cast<unsigned>(entry->kind) & 1U) != 0) rows.push_back(entry.get());
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](stats::logged_command const* a, stats::logged_command const* b) {
                         return a->unix_ns > b->unix_ns;
                     });
    return rows;
}

constexpr std::uint32_t kind_bit(stats::log_kind kind) noexcept
{
    return std::uint32_t{1} << static_cast<unsigned>(kind);
}

json::array rows_json(stats::report const& report, std::uint32_t kinds)
{
    json::array rows;
    for (auto const* entry : newest_first(report, kinds))
        rows.push_back(logged_json(*entry));
    return rows;
}

}  // namespace

json::object scripts_json(stats::report const& report)
{
    auto const& scripts = all_of(report).scripts;
    json::array rows;
    for (auto const* row : by_calls(scripts)) {
        auto object = usage_json("script", *row, true);
        // A function has no digest, but a library, if FUNCTION LOAD was seen.
        bool const is_digest = row->detail.size() == command::sha1_digits;
        object["sha1"] = is_digest ? row->detail : std::string();
        if (!is_digest && !row->detail.empty()) object["library"] = row->detail;
        rows.push_back(std::move(object));
    }
    json::object out{{"scripts", std::move(rows)}};
    out["scripts_known"] = overflow_json(scripts);
    return out;
}

json::object queues_json(stats::report const& report)
{
    auto const& queues = all_of(report).queues;
    json::array rows;
    for (auto const* row : by_calls(queues)) {
        auto object = usage_json("queue", *row, true);
        object["prefix"] = row->detail;
        object["blocked_us"] = usage_durations(row->blocks);
        object["workers_waiting"] = row->workers.waiting;
        auto const lost = report.lost_consumers.find(row->name);
        object["workers_lost_ms"] = nullptr;
        if (lost != report.lost_consumers.end()) {
            object["workers_lost_ms"] = milliseconds(lost->second);
        }
        rows.push_back(std::move(object));
    }
    json::object out{{"queues", std::move(rows)}};
    out["queues_known"] = overflow_json(queues);
    return out;
}

json::object families_json(stats::report const& report)
{
    auto const& families = all_of(report).families;
    json::array rows;
    for (auto const* row : by_calls(families))
        rows.push_back(usage_json("family", *row, false));
    json::object out{{"families", std::move(rows)}};
    out["families_known"] = overflow_json(families);
    return out;
}

json::object hot_keys_json(stats::report const& report)
{
    auto const& [settings, counted, period_ns] = report.counted.hot_keys;
    json::array rows;
    for (auto const& row : counted.rows) {
        if (rows.size() == settings.shown) break;
        double const all = static_cast<double>(std::max<std::uint64_t>(counted.uses, 1));
        rows.push_back(json::object{{"key", row.text},
                                    {"uses", row.uses},
                                    {"uses_min", row.uses - row.uses_error},
                                    {"share", static_cast<double>(row.uses) / all}});
    }
    return {{"keys", std::move(rows)},
            {"keys_counted", json::object{{"on", settings.shown > 0},
                                          {"masked", settings.masked},
                                          {"uses", counted.uses},
                                          {"unseen_max", counted.unseen_max},
                                          {"period_ms", milliseconds(period_ns)}}}};
}

json::object inflight_json(stats::report const& report)
{
    std::vector<stats::inflight_row const*> oldest;
    for (auto const& row : report.counted.inflight)
        oldest.push_back(&row);
    std::stable_sort(oldest.begin(), oldest.end(),
                     [](auto const* a, auto const* b) { return a->age_ns > b->age_ns; });
    json::array rows;
    for (auto const* row : oldest)
        rows.push_back(inflight_row_json(*row));
    return {{"inflight", std::move(rows)},
            {"inflight_truncated", report.counted.inflight_truncated}};
}

json::object slowlog_json(stats::report const& report)
{
    return {{"slowlog", rows_json(report, kind_bit(stats::log_kind::slow))},
            {"slowlog_total", report.counted.logged[0]}};
}

json::object largelog_json(stats::report const& report, std::string_view kind)
{
    std::uint32_t kinds = 0;
    if (kind != "reply") kinds |= kind_bit(stats::log_kind::large_request);
    if (kind != "request") kinds |= kind_bit(stats::log_kind::large_reply);
    return {{"largelog", rows_json(report, kinds)},
            {"large_requests_total", report.counted.logged[1]},
            {"large_replies_total", report.counted.logged[2]}};
}

}  // namespace respguard::admin
