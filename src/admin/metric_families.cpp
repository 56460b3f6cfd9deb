#include "admin/metric_families.hpp"

#include "respguard/base/version.hpp"
#include "respguard/command/command_table.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "admin/family_builder.hpp"
#include "admin/notice_families.hpp"
#include "admin/usage_families.hpp"

namespace respguard::admin {

namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;
using families = std::vector<MetricFamily>;

std::string prefixed(std::string_view name) { return std::string("respguard_").append(name); }

family_builder gauge(std::string_view name, std::string help)
{
    return {prefixed(name), std::move(help), MetricType::Gauge};
}

family_builder counter(std::string_view name, std::string help)
{
    return {prefixed(name), std::move(help), MetricType::Counter};
}

family_builder histogram(std::string_view name, std::string help)
{
    return {prefixed(name), std::move(help), MetricType::Histogram};
}

void append_state(families& out, stats::report const& report)
{
    out.push_back(gauge("build_info", "Always 1; its labels say what is running")
                      .add({{"version", version_text},
                            {"revision", revision_text},
                            {"compiler", compiler_text},
                            {"build_type", build_type_text},
                            {"io", report.io}},
                           1.0)
                      .take());
    out.push_back(gauge("upstream_up", "1 if upstream answered the last probe, else 0")
                      .add({}, report.upstream_up ? 1.0 : 0.0)
                      .take());
    out.push_back(gauge("draining", "1 while the guard waits for its clients to leave, else 0")
                      .add({}, report.draining ? 1.0 : 0.0)
                      .take());
    out.push_back(gauge("policy_enforced", "1 if rules reject, 0 if every reject is only an alert")
                      .add({}, report.enforce ? 1.0 : 0.0)
                      .take());
    out.push_back(
        gauge(
            "config_last_reload_successful",
            "1 if the configuration in force is that of the last reload, 0 if that one was refused")
            .add({}, report.reloads.last_refused ? 0.0 : 1.0)
            .take());
    out.push_back(gauge("config_last_reload_success_timestamp_seconds",
                        "When the configuration in force was read, at the start or by a reload")
                      .add({}, static_cast<double>(report.reloads.loaded_unix_ns) / 1e9)
                      .take());
    out.push_back(counter("config_reloads_total",
                          "Attempts to read the configuration again: ok, or refused (it was wrong, "
                          "the old one stayed)")
                      .add({{"outcome", "ok"}}, report.reloads.succeeded)
                      .add({{"outcome", "refused"}}, report.reloads.refused)
                      .take());
    out.push_back(counter("log_dropped_total", "Log lines dropped because the log was too slow")
                      .add({}, report.log_dropped)
                      .take());
}

double seconds(std::uint64_t ns) { return static_cast<double>(ns) / 1e9; }

/// What upstream and the way to it look like without the commands of clients.
void append_upstream(families& out, stats::upstream_timing const& timing)
{
    auto ping = gauge("ping_rtt_seconds",
                      "Quickest of the guard's last 15 own PINGs; absent while it has no answer");
    if (timing.known) ping.add({}, seconds(timing.network_ns));
    out.push_back(ping.take());
    auto exec =
        gauge("server_exec_seconds",
              "Execution alone as Redis measured it (INFO latencystats), since its start or "
              "CONFIG RESETSTAT; absent if that cannot be read");
    for (auto const& each : timing.percentiles) {
        auto const& known = command::traits_of(command::find(each.command));
        if (known.name == command::traits_of(command::other).name) continue;  // Bounds the labels.
        exec.add({{"command", known.name}, {"percentile", "50"}}, each.p50_us / 1e6);
        exec.add({{"command", known.name}, {"percentile", "99"}}, each.p99_us / 1e6);
        exec.add({{"command", known.name}, {"percentile", "99.9"}}, each.p99_9_us / 1e6);
    }
    out.push_back(exec.take());
}

void append_connections(families& out, stats::shard_stats const& stats)
{
    auto const now = [&](char const* name, char const* help, std::uint64_t value) {
        out.push_back(gauge(name, help).add({}, value).take());
    };
    now("client_connections", "Client connections now", stats.clients_now);
    now("upstream_connections", "Connections to upstream now", stats.upstream_connected_now);
    now("held_connections", "Client connections held now because upstream cannot be reached",
        stats.held_now);
    now("inflight_commands", "Commands forwarded and not yet fully answered", stats.inflight_now);
    out.push_back(gauge("oldest_inflight_seconds",
                        "Longest that a request at the front of its connection, blocking ones left "
                        "out, has waited for its reply now; 0: none")
                      .add({}, seconds(stats.oldest_inflight_ns))
                      .take());
    out.push_back(histogram("upstream_connect_duration_seconds",
                            "From connect() to upstream until the connection stood")
                      .add({}, stats.upstream_connects)
                      .take());
    now("buffered_bytes", "Bytes of clients and upstream held in memory now",
        stats.buffered_bytes_now);

    auto closed =
        counter("client_connections_closed_total",
                "Client connections ended, by who ended them (client, upstream, guard) and why");
    for (auto const& c : stats.closed())
        closed.add({{"by", c.by}, {"reason", c.reason}}, c.count);
    out.push_back(closed.take());
}

void append_counters(families& out, stats::shard_counters const& counters)
{
#define X(name, help) out.push_back(counter(#name, help).add({}, counters.name).take());
    RESPGUARD_SHARD_COUNTERS(X)
#undef X
}

void append_commands(families& out, stats::shard_stats const& stats)
{
    auto calls = counter("commands_total",
                         "Commands by outcome: ok, error (upstream answered with an error), "
                         "rejected (by a rule, never "
                         "sent), cancelled (sent, but the connection ended before the reply)");
    auto durations = histogram(
        "command_duration_seconds",
        "Round trip: from a request's last byte given to upstream's socket until its reply's last "
        "byte was read; commands that blocked are left out");
    auto blocked = histogram("command_blocked_seconds",
                             "Round trips of requests that may wait on the server, apart");
    auto errors = counter("command_errors_total",
                          "Error replies by first word; other if it is none of Redis's form");

    auto const table = command::table();
    for (std::size_t i = 0; i < table.size(); ++i) {
        auto const* const seen = stats.find(static_cast<command::command_id>(i));
        if (seen == nullptr) continue;
        auto const name = table[i].name;
        auto const ok = seen->calls - std::min(seen->calls, seen->errors);
        calls.add({{"command", name}, {"outcome", "ok"}}, ok);
        calls.add({{"command", name}, {"outcome", "error"}}, seen->errors);
        calls.add({{"command", name}, {"outcome", "rejected"}}, seen->rejected);
        calls.add({{"command", name}, {"outcome", "cancelled"}}, seen->cancelled);
        if (seen->round_trip.count() > 0) durations.add({{"command", name}}, seen->round_trip);
        if (seen->blocked.count() > 0) blocked.add({{"command", name}}, seen->blocked);
    }
    for (auto const& e : stats.errors()) {
        errors.add({{"command", command::traits_of(e.command).name}, {"error", e.error}}, e.count);
    }
    for (auto* const family : {&calls, &durations, &blocked, &errors})
        out.push_back(family->take());
}

void append_sizes_and_overhead(families& out, stats::shard_stats const& stats)
{
    out.push_back(
        histogram("request_bytes", "Sizes of requests as forwarded, or as announced if refused")
            .add({}, stats.request_sizes)
            .take());
    out.push_back(histogram("reply_bytes", "Sizes of replies").add({}, stats.reply_sizes).take());
    out.push_back(histogram("overhead_seconds", "Time a request or reply spent inside the guard: "
                                                "from its last byte read to its last byte "
                                                "given to the other side's socket")
                      .add({{"direction", "request"}}, stats.overhead_request)
                      .add({{"direction", "reply"}}, stats.overhead_reply)
                      .take());
}

void append_rules(families& out, stats::report const& report, stats::shard_stats const& stats)
{
    // By name: a series must not occur twice, even if two files use the same rule id.
    std::map<std::pair<std::string_view, std::string_view>, std::uint64_t> hits;
    std::size_t const count = std::min(report.rules.size(), stats.rules.size());
    for (std::size_t i = 0; i < count; ++i) {
        auto const& rule = report.rules[i];
        auto const& counted = stats.rules[i];
        hits[{rule.id, rule.action}] += 0;  // What the rule says is shown before it ever matched.
        auto const add = [&](std::string_view action, std::uint64_t more) {
            if (more > 0) hits[{rule.id, action}] += more;
        };
        add("allow", counted.allow);
        add("alert", counted.alert);
        add("reject", counted.reject);
        add("close", counted.close);
        add("shadow", counted.shadow);
    }
    auto family =
        counter("policy_hits_total", "Requests a rule matched, by rule and what was done");
    for (auto const& [key, value] : hits) {
        family.add({{"rule", key.first}, {"action", key.second}}, value);
    }
    out.push_back(family.take());
}

void append_events(families& out, stats::event_counts const& events)
{
    auto total = counter("events_total", "Events by type, as /events shows them");
    for (std::size_t i = 0; i < events.by_type.size(); ++i)
        total.add({{"type", stats::event_type_names[i]}}, events.by_type[i]);
    out.push_back(total.take());
    out.push_back(counter("events_left_out_total",
                          "Rule hits without an event of their own: more than the rule's `every` "
                          "or ten a second allow (policy_hits_total counts them all)")
                      .add({}, events.left_out)
                      .take());
    out.push_back(counter("events_dropped_total",
                          "Events lost, by where: handover (from the relay), stream (a reader of "
                          "/events/stream was too slow), webhook (away too long, or refused them)")
                      .add({{"where", "handover"}}, events.handover_dropped)
                      .add({{"where", "stream"}}, events.stream_dropped)
                      .add({{"where", "webhook"}}, events.webhook_dropped)
                      .take());
    out.push_back(
        gauge("event_streams", "Readers of /events/stream now").add({}, events.streams_now).take());
    out.push_back(counter("webhook_sent_total", "Events that the webhook took")
                      .add({}, events.webhook_sent)
                      .take());
    out.push_back(counter("webhook_failures_total", "Attempts to post to the webhook that failed")
                      .add({}, events.webhook_failures)
                      .take());
    out.push_back(gauge("webhook_waiting", "Events that the webhook has not got yet")
                      .add({}, events.webhook_waiting_now)
                      .take());
}

void append_taps(families& out, stats::tap_counts const& taps)
{
    out.push_back(gauge("taps", "Readers of /tap now").add({}, taps.open_now).take());
    out.push_back(
        counter("tap_told_total", "Commands told to readers of /tap").add({}, taps.told).take());
    out.push_back(counter("tap_dropped_total",
                          "Commands that readers of /tap were too slow for, and were told so")
                      .add({}, taps.dropped)
                      .take());
}

void append_doctor(families& out, stats::report const& report)
{
    if (!report.doctor) return;
    auto checks =
        gauge("check_status", "1 for the status each check of the doctor has now, else 0");
    for (auto const& check : report.doctor->checks) {
        for (auto const* const status : {"ok", "warn", "fail", "skip"}) {
            checks.add({{"check", check.id}, {"status", status}},
                       check.status == status ? 1.0 : 0.0);
        }
    }
    auto events =
        counter("doctor_events_total", "Changes of upstream that the doctor noticed, by type");
    for (auto const& [type, count] : report.doctor->events)
        events.add({{"type", type}}, count);
    out.push_back(checks.take());
    out.push_back(events.take());
    out.push_back(
        gauge("doctor_checked_timestamp_seconds", "When the doctor looked last, seconds since 1970")
            .add({}, static_cast<double>(report.doctor->checked_unix_ns) / 1e9)
            .take());
    out.push_back(gauge("doctor_duration_seconds", "How long the doctor's last look took")
                      .add({}, static_cast<double>(report.doctor->took_ns) / 1e9)
                      .take());
}

}  // namespace

families metric_families(stats::report const& report)
{
    auto const& stats = *report.counted.shards.front();
    families out;
    append_state(out, report);
    append_upstream(out, report.timing);
    append_connections(out, stats);
    append_counters(out, stats.counters);
    append_commands(out, stats);
    append_sizes_and_overhead(out, stats);
    append_rules(out, report, stats);
    append_events(out, report.events);
    append_notices(out, report.counted.notices);
    append_usage(out, report);
    append_taps(out, report.taps);
    append_doctor(out, report);
    return out;
}

}  // namespace respguard::admin
