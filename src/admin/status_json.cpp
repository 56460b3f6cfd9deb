#include "admin/status_json.hpp"

#include "respguard/base/version.hpp"
#include "respguard/command/command_table.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "admin/command_order.hpp"
#include "admin/json_text.hpp"
#include "admin/limits_json.hpp"
#include "admin/notice_families.hpp"
#include "admin/process_metrics.hpp"
#include "admin/totals.hpp"
#include "admin/usage_json.hpp"
#include "admin/where_json.hpp"

namespace respguard::admin {

namespace {

namespace json = boost::json;

stats::shard_stats const& counted(stats::report const& report)
{
    return *report.counted.shards.front();
}

json::object durations(stats::latency_histogram const& histogram)
{
    return {{"p50", microseconds(histogram.quantile_ns(0.50))},
            {"p95", microseconds(histogram.quantile_ns(0.95))},
            {"p99", microseconds(histogram.quantile_ns(0.99))},
            {"max", microseconds(histogram.max_ns())},
            {"count", histogram.count()}};
}

/// The shape that INTERFACE.md fixes.
json::object command_json(command_row const& row)
{
    auto const& seen = *row.counted;
    return {{"command", row.name},
            {"calls", seen.calls},
            {"errors", seen.errors},
            {"rejected", seen.rejected},
            {"rtt_us", durations(seen.round_trip)},
            {"request_bytes", seen.request_bytes},
            {"reply_bytes", seen.reply_bytes}};
}

json::array detailed_commands(stats::report const& report)
{
    json::array rows;
    for (auto const& row : commands_by_calls(counted(report))) {
        auto object = command_json(row);
        object["cancelled"] = row.counted->cancelled;
        object["alerted"] = row.counted->alerted;
        object["request_bytes_max"] = row.counted->request_bytes_max;
        object["first_byte_us"] = durations(row.counted->first_byte);
        object["blocked_us"] = durations(row.counted->blocked);
        object["where"] = where_json(row.counted->where, report.timing);
        object["server_us"] = server_percentiles_json(report.timing, row.name);
        rows.push_back(std::move(object));
    }
    return rows;
}

json::object client_json(stats::client_row const& client)
{
    return {
        {"id", client.id},
        {"address", client.address},
        {"listener", client.listener},
        {"name", client.name},
        {"user", client.user},
        {"db", client.db},
        {"resp", static_cast<std::uint32_t>(client.resp)},
        {"state", client.state},
        {"age_ms", milliseconds(client.age_ns)},
        {"idle_ms", milliseconds(client.idle_ns)},
        {"commands", client.commands},
        {"errors", client.errors},
        {"rejected", client.rejected},
        {"request_bytes", client.request_bytes},
        {"reply_bytes", client.reply_bytes},
        {"inflight", client.inflight},
        {"oldest_inflight_ms", milliseconds(client.oldest_inflight_ns)},
        {"oldest_command", client.oldest_command},
        {"subscribed", client.subscribed},
        {"in_multi", client.in_multi},
        {"rtt_avg_us", microseconds(client.timed == 0 ? 0 : client.round_trip_ns / client.timed)},
        {"rtt_max_us", microseconds(client.round_trip_ns_max)},
        {"blocked_ms", milliseconds(client.blocked_ns)},
        {"behind_ms", milliseconds(client.behind_ns)},
        {"client_wait_ms", milliseconds(client.client_wait_ns)},
        {"upstream_path_us", microseconds(client.path_ns)},
        {"upstream_path_min_us", microseconds(client.path_min_ns)},
        {"buffered_bytes", client.buffered_bytes}};
}

json::object rule_json(stats::rule_row const& rule, stats::rule_hits const& hits)
{
    json::object row{{"rule", rule.id},
                     {"action", rule.action},
                     {"source", rule.source},
                     {"match", rule.match},
                     {"message", rule.message},
                     {"shadow", rule.shadow},
                     {"hits", json::object{{"alert", hits.alert},
                                           {"reject", hits.reject},
                                           {"close", hits.close},
                                           {"allow", hits.allow},
                                           {"shadow", hits.shadow}}},
                     {"last_unix_ms", nullptr},
                     {"last_command", nullptr},
                     {"last_client", nullptr}};
    if (hits.last_unix_ns > 0) {
        row["last_unix_ms"] = hits.last_unix_ns / 1'000'000;
        row["last_command"] = command::traits_of(hits.last_command).name;
        row["last_client"] = hits.last_client;
    }
    return row;
}

json::object counters_json(stats::shard_counters const& counters)
{
    json::object out;
#define X(name, help) out[#name] = counters.name;
    RESPGUARD_SHARD_COUNTERS(X)
#undef X
    return out;
}

json::object sizes_json(stats::size_histogram const& sizes)
{
    json::array buckets;
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < stats::size_bounds.size(); ++i) {
        below += sizes.counts[i];
        buckets.push_back(json::object{{"le", stats::size_bounds[i]}, {"count", below}});
    }
    return {{"count", sizes.count},
            {"sum", sizes.sum},
            {"max", sizes.max},
            {"buckets", std::move(buckets)}};
}

json::object totals_json(stats::shard_stats const& stats)
{
    auto const all = totals::of(stats);
    return {{"calls", all.calls},
            {"errors", all.errors},
            {"rejected", all.rejected},
            {"cancelled", all.cancelled},
            {"alerted", all.alerted},
            {"rtt_us", durations(all.round_trip)},
            {"guard_request_us", durations(stats.overhead_request)},
            {"guard_reply_us", durations(stats.overhead_reply)}};
}

json::array errors_json(stats::shard_stats const& stats)
{
    json::array rows;
    for (auto const& e : stats.errors()) {
        rows.push_back(json::object{{"command", command::traits_of(e.command).name},
                                    {"error", e.error},
                                    {"count", e.count}});
    }
    return rows;
}

json::array closed_json(stats::shard_stats const& stats)
{
    json::array rows;
    for (auto const& c : stats.closed()) {
        rows.push_back(json::object{{"by", c.by}, {"reason", c.reason}, {"count", c.count}});
    }
    return rows;
}

json::value process_json()
{
    auto const state = read_process_state();
    if (!state) return nullptr;
    return json::object{{"resident_bytes", state->resident_bytes},
                        {"cpu_seconds", state->cpu_seconds},
                        {"open_fds", state->open_fds},
                        {"max_fds", state->max_fds}};
}

json::object event_counts_json(stats::event_counts const& events)
{
    json::object by_type;
    for (std::size_t i = 0; i < events.by_type.size(); ++i)
        by_type[stats::event_type_names[i]] = events.by_type[i];
    return {{"by_type", std::move(by_type)},
            {"left_out", events.left_out},
            {"handover_dropped", events.handover_dropped},
            {"streams", events.streams_now},
            {"stream_dropped", events.stream_dropped},
            {"webhook_sent", events.webhook_sent},
            {"webhook_failures", events.webhook_failures},
            {"webhook_dropped", events.webhook_dropped},
            {"webhook_waiting", events.webhook_waiting_now}};
}

json::array text_list(std::vector<std::string> const& texts)
{
    json::array out;
    for (auto const& text : texts)
        out.emplace_back(text);
    return out;
}

}  // namespace

json::object commands_json(stats::report const& report)
{
    json::array rows;
    for (auto const& row : commands_by_calls(counted(report)))
        rows.push_back(command_json(row));
    return {{"commands", std::move(rows)}};
}

json::object clients_json(stats::report const& report)
{
    json::array rows;
    for (auto const& client : report.counted.clients)
        rows.push_back(client_json(client));
    return {{"clients", std::move(rows)}, {"clients_truncated", report.counted.clients_truncated}};
}

json::object rules_json(stats::report const& report)
{
    auto const& hits = counted(report).rules;
    json::array rows;
    for (std::size_t i = 0; i < report.rules.size(); ++i) {
        rows.push_back(rule_json(report.rules[i], i < hits.size() ? hits[i] : stats::rule_hits{}));
    }
    return {{"enforce", report.enforce},
            {"presets", text_list(report.presets)},
            {"rules", std::move(rows)}};
}

json::object version_json()
{
    return {{"version", version_text},
            {"revision", revision_text},
            {"compiler", compiler_text},
            {"build_type", build_type_text}};
}

json::object stats_json(stats::report const& report, readiness const& ready)
{
    auto const& stats = counted(report);
    json::object out{{"version", version_json()},
                     {"started_unix_ms", report.started_unix_ns / 1'000'000},
                     {"uptime_ms", report.uptime_ns / 1'000'000},
                     {"ready", ready.ready},
                     {"ready_why", ready.why},
                     {"draining", report.draining},
                     {"config_reload_ok", !report.reloads.last_refused},
                     {"config_reloads", report.reloads.succeeded},
                     {"config_reloads_refused", report.reloads.refused},
                     {"config_loaded_unix_ms", report.reloads.loaded_unix_ns / 1'000'000},
                     {"upstream", report.upstream},
                     {"upstream_up", report.upstream_up},
                     {"listeners", text_list(report.listeners)},
                     {"io", report.io}};
    out["now"] = json::object{{"client_connections", stats.clients_now},
                              {"upstream_connections", stats.upstream_connected_now},
                              {"held_connections", stats.held_now},
                              {"inflight_commands", stats.inflight_now},
                              {"buffered_bytes", stats.buffered_bytes_now}};
    out["totals"] = totals_json(stats);
    out["where"] = where_json(where_of_all(stats), report.timing);
    out["upstream_timing"] = timing_json(report.timing);
    out["upstream_paths"] = paths_json(report.counted.clients);
    out["counters"] = counters_json(stats.counters);
    out["log_dropped"] = report.log_dropped;
    out["events_counted"] = event_counts_json(report.events);
    out["notices"] = notices_json(report.counted.notices);
    out["taps"] = json::object{{"open", report.taps.open_now},
                               {"told", report.taps.told},
                               {"dropped", report.taps.dropped}};
    out["process"] = process_json();
    out["limits"] = limits_json(report);
    out["request_bytes"] = sizes_json(stats.request_sizes);
    out["reply_bytes"] = sizes_json(stats.reply_sizes);
    out["closed"] = closed_json(stats);
    out["errors"] = errors_json(stats);
    out["commands"] = detailed_commands(report);
    for (auto& part :
         {scripts_json(report), queues_json(report), families_json(report), hot_keys_json(report),
          inflight_json(report), rules_json(report), clients_json(report)}) {
        for (auto const& member : part)
            out[member.key()] = member.value();
    }
    return out;
}

}  // namespace respguard::admin
