#include "admin/page.hpp"

#include "respguard/base/version.hpp"
#include "respguard/command/command_table.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "admin/command_order.hpp"
#include "admin/doctor_page.hpp"
#include "admin/page_events.hpp"
#include "admin/page_template.hpp"
#include "admin/page_usage.hpp"
#include "admin/readable.hpp"
#include "admin/totals.hpp"
#include "admin/where_json.hpp"

namespace respguard::admin {

namespace {

namespace json = boost::json;

/// 0 is quiet, anything else catches the eye.
std::string_view alarm_class(std::uint64_t count, std::string_view name = "bad")
{
    return count > 0 ? name : "dim";
}

/// Nothing to see is grey.
std::string_view quiet_class(std::uint64_t count) { return count > 0 ? "" : "dim"; }

/// Singular or plural: "1 client", "2 clients".
std::string counted(std::uint64_t count, std::string_view singular)
{
    return fmt::format("{} {}{}", readable_count(count), singular, count == 1 ? "" : "s");
}

/// "notify (16 s), submit (1 min)"; empty if no workers are gone.
std::string lost_queues(stats::report const& report)
{
    std::string out;
    for (auto const& [queue, silent_ns] : report.lost_consumers) {
        out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", queue, readable_age(silent_ns));
    }
    return out;
}

/// The state in one sentence: the first thing to read at night.
std::string in_words(stats::report const& report, stats::shard_stats const& stats)
{
    if (!report.upstream_up) {
        auto const held = counted(stats.held_now, "client");
        return fmt::format("{} does not answer. {} held, waiting for it.", report.upstream,
                           held + (stats.held_now == 1 ? " is" : " are"));
    }
    if (stats.held_now > 0) {
        return fmt::format("{} answers, but {} still wait{} for a connection to it.",
                           report.upstream, counted(stats.held_now, "client"),
                           stats.held_now == 1 ? "s" : "");
    }
    return fmt::format("{} answers. {}, none waiting for a connection.", report.upstream,
                       counted(stats.clients_now, "client"));
}

std::string percent(std::uint64_t part, std::uint64_t whole)
{
    if (whole == 0 || part == 0) return "0 %";
    double const share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    return share < 0.01 ? "< 0.01 %" : fmt::format("{:.2f} %", share);
}

void add_totals(json::object& page, stats::shard_stats const& stats)
{
    auto const all = totals::of(stats);
    page["calls"] = readable_count(all.calls);
    page["calls_exact"] = fmt::format("{}", all.calls);
    page["errors"] = readable_count(all.errors);
    page["errors_share"] = percent(all.errors, all.calls);
    page["rejected"] = readable_count(all.rejected);
    page["alerted"] = readable_count(all.alerted);
    page["rtt_p50"] = readable_latency(all.round_trip.quantile_ns(0.50));
    page["rtt_p95"] = readable_latency(all.round_trip.quantile_ns(0.95));
    page["rtt_p99"] = readable_latency(all.round_trip.quantile_ns(0.99));
    page["rtt_max"] = readable_latency(all.round_trip.max_ns());
    // Not added up: a quantile of a sum is not the sum of the quantiles.
    page["request_p50"] = readable_latency(stats.overhead_request.quantile_ns(0.50));
    page["request_p99"] = readable_latency(stats.overhead_request.quantile_ns(0.99));
    page["reply_p50"] = readable_latency(stats.overhead_reply.quantile_ns(0.50));
    page["reply_p99"] = readable_latency(stats.overhead_reply.quantile_ns(0.99));
    page["clients"] = readable_count(stats.clients_now);
    page["clients_total"] = readable_count(stats.counters.client_connections_total);
    page["held"] = readable_count(stats.held_now);
    page["inflight"] = readable_count(stats.inflight_now);
    page["buffered"] = readable_size(stats.buffered_bytes_now);
}

/// An array and a flag: the table around the rows is only there if there are rows.
void add_rows(json::object& page, std::string const& flag, std::string const& name,
              json::array rows)
{
    page[flag] = !rows.empty();
    page[name] = std::move(rows);
}

void add_commands(json::object& page, stats::shard_stats const& stats)
{
    json::array rows;
    json::array blocking;
    for (auto const& [name, seen] : commands_by_calls(stats)) {
        auto const& rtt = seen->round_trip;
        auto const& blocked = seen->blocked;
        rows.push_back(json::object{{"name", name},
                                    {"calls", readable_count(seen->calls)},
                                    {"calls_exact", fmt::format("{}", seen->calls)},
                                    {"errors", readable_count(seen->errors)},
                                    {"errors_class", alarm_class(seen->errors)},
                                    {"rejected", readable_count(seen->rejected)},
                                    {"rejected_class", alarm_class(seen->rejected)},
                                    {"rtt_class", quiet_class(rtt.count())},
                                    {"p50", readable_latency(rtt.quantile_ns(0.50))},
                                    {"p95", readable_latency(rtt.quantile_ns(0.95))},
                                    {"p99", readable_latency(rtt.quantile_ns(0.99))},
                                    {"max", readable_latency(rtt.max_ns())},
                                    {"bytes_class", quiet_class(seen->request_bytes)},
                                    {"request_bytes", readable_size(seen->request_bytes)},
                                    {"reply_bytes", readable_size(seen->reply_bytes)}});
        if (blocked.count() == 0) continue;
        blocking.push_back(json::object{{"name", name},
                                        {"calls", readable_count(blocked.count())},
                                        {"p50", readable_latency(blocked.quantile_ns(0.50))},
                                        {"p99", readable_latency(blocked.quantile_ns(0.99))},
                                        {"max", readable_latency(blocked.max_ns())}});
    }
    add_rows(page, "has_commands", "commands", std::move(rows));
    add_rows(page, "has_blocking", "blocking", std::move(blocking));
}

std::uint64_t since(std::uint64_t unix_ns, std::uint64_t now_unix_ns)
{
    return now_unix_ns - std::min(unix_ns, now_unix_ns);
}

json::object rule_values(stats::rule_row const& rule, stats::rule_hits const& hits,
                         std::uint64_t now_unix_ns)
{
    auto const rejected = hits.reject + hits.close;
    return {{"id", rule.id},
            {"action", rule.action + (rule.shadow ? ", shadow" : "")},
            {"match", rule.match},
            {"message", rule.message},
            {"source", rule.source},
            {"rejected", readable_count(rejected)},
            {"rejected_class", alarm_class(rejected)},
            {"alerts", readable_count(hits.alert)},
            {"alerts_class", alarm_class(hits.alert, "warn")},
            {"shadow", readable_count(hits.shadow)},
            {"shadow_class", quiet_class(hits.shadow)},
            {"last_command", command::traits_of(hits.last_command).name},
            {"last_time", readable_time(hits.last_unix_ns)},
            {"last_ago", readable_age(since(hits.last_unix_ns, now_unix_ns))}};
}

/// "Last rejected: config|set, 41 min ago, by rule no-eviction-change." or nothing.
std::string last_rejected(stats::report const& report, stats::shard_stats const& stats,
                          std::vector<std::size_t> const& latest_first, std::uint64_t now_unix_ns)
{
    for (auto const i : latest_first) {
        auto const& hits = stats.rules[i];
        if (hits.reject + hits.close == 0) continue;
        return fmt::format("Last rejected: {}, {} ago, by rule {}.",
                           command::traits_of(hits.last_command).name,
                           readable_age(since(hits.last_unix_ns, now_unix_ns)), report.rules[i].id);
    }
    return {};
}

void add_rules(json::object& page, stats::report const& report, stats::shard_stats const& stats,
               std::uint64_t now_unix_ns)
{
    std::vector<std::size_t> hit;
    json::array idle;
    for (std::size_t i = 0; i < report.rules.size(); ++i) {
        auto const hits = i < stats.rules.size() ? stats.rules[i] : stats::rule_hits{};
        // Allow rules match all the time; that is no news.
        if (hits.alert + hits.reject + hits.close + hits.shadow > 0) {
            hit.push_back(i);
        } else {
            idle.push_back(rule_values(report.rules[i], hits, now_unix_ns));
        }
    }
    std::stable_sort(hit.begin(), hit.end(), [&](std::size_t a, std::size_t b) {
        return stats.rules[a].last_unix_ns > stats.rules[b].last_unix_ns;
    });
    json::array rows;
    for (auto const i : hit)
        rows.push_back(rule_values(report.rules[i], stats.rules[i], now_unix_ns));

    auto const presets = report.presets.empty() ? "" : "; presets ";
    page["rules_summary"] = fmt::format("{}{}{}", counted(report.rules.size(), "rule"), presets,
                                        fmt::join(report.presets, ", "));
    page["last_rejected"] = last_rejected(report, stats, hit, now_unix_ns);
    page["rules_idle_count"] = fmt::format("{}", idle.size());
    add_rows(page, "has_rules_hit", "rules_hit", std::move(rows));
    add_rows(page, "has_rules_idle", "rules_idle", std::move(idle));
}

void add_errors_and_ends(json::object& page, stats::shard_stats const& stats)
{
    auto const by_count = [](auto const& a, auto const& b) { return a.count > b.count; };
    std::vector<stats::error_count> errors(stats.errors().begin(), stats.errors().end());
    std::stable_sort(errors.begin(), errors.end(), by_count);
    json::array error_rows;
    for (auto const& e : errors) {
        error_rows.push_back(json::object{{"command", command::traits_of(e.command).name},
                                          {"error", e.error},
                                          {"count", readable_count(e.count)}});
    }
    std::vector<stats::closed_connections> closed(stats.closed().begin(), stats.closed().end());
    std::stable_sort(closed.begin(), closed.end(), by_count);
    json::array closed_rows;
    for (auto const& c : closed) {
        closed_rows.push_back(
            json::object{{"by", c.by}, {"reason", c.reason}, {"count", readable_count(c.count)}});
    }
    add_rows(page, "has_errors", "error_rows", std::move(error_rows));
    add_rows(page, "has_closed", "closed_rows", std::move(closed_rows));
}

std::string state_of(stats::client_row const& client)
{
    std::string state;
    if (client.state != "connected") state = client.state;
    auto const add = [&](std::string_view what) {
        state.append(state.empty() ? "" : ", ").append(what);
    };
    if (client.subscribed) add("subscribed");
    if (client.in_multi) add("in MULTI");
    return state.empty() ? "connected" : state;
}

/// Its name, and its user if that says more than "default".
std::string name_of(stats::client_row const& client)
{
    auto name = client.name;
    if (client.user.empty() || client.user == "default") return name;
    return name.append(name.empty() ? "user " : ", user ").append(client.user);
}

std::string inflight_of(stats::client_row const& client)
{
    if (client.inflight == 0) return "0";
    auto const oldest = client.oldest_command + ' ' + readable_latency(client.oldest_inflight_ns);
    return client.inflight == 1 ? oldest : fmt::format("{}, oldest {}", client.inflight, oldest);
}

json::object connection_values(stats::client_row const& client)
{
    return {{"address", client.address},
            {"name", name_of(client)},
            {"state", state_of(client)},
            {"state_class", client.state == "connected" ? "" : "warn"},
            {"inflight", inflight_of(client)},
            {"inflight_class", quiet_class(client.inflight)},
            {"commands", readable_count(client.commands)},
            {"errors", readable_count(client.errors)},
            {"errors_class", alarm_class(client.errors)},
            {"rejected", readable_count(client.rejected)},
            {"rejected_class", alarm_class(client.rejected)},
            {"age", readable_age(client.age_ns)},
            {"idle", readable_age(client.idle_ns)},
            {"db", fmt::format("{}", client.db)},
            {"request_bytes", readable_size(client.request_bytes)},
            {"reply_bytes", readable_size(client.reply_bytes)},
            {"buffered_class", quiet_class(client.buffered_bytes)},
            {"buffered", readable_size(client.buffered_bytes)},
            {"wait_class", alarm_class(client.client_wait_ns / 1'000'000'000, "warn")},
            {"wait", readable_latency(client.client_wait_ns)}};
}

void add_connections(json::object& page, stats::snapshot const& counted_now)
{
    std::vector<stats::client_row const*> clients;
    for (auto const& client : counted_now.clients)
        clients.push_back(&client);
    // Whoever waits longest comes first, then the busiest.
    std::stable_sort(clients.begin(), clients.end(), [](auto const* a, auto const* b) {
        if (a->oldest_inflight_ns != b->oldest_inflight_ns) {
            return a->oldest_inflight_ns > b->oldest_inflight_ns;
        }
        return a->commands > b->commands;
    });
    auto const shown = std::min(clients.size(), page_connections_max);
    json::array rows;
    for (std::size_t i = 0; i < shown; ++i)
        rows.push_back(connection_values(*clients[i]));
    auto const& stats = *counted_now.shards.front();
    page["connections_summary"] =
        shown < stats.clients_now
            ? fmt::format("{} of {}; more in /clients", shown, stats.clients_now)
            : std::string("longest waiting first, then the busiest");
    add_rows(page, "has_connections", "connections", std::move(rows));
}

}  // namespace

json::object page_values(stats::report const& report, std::string_view nonce,
                         std::uint64_t now_unix_ns)
{
    auto const& stats = *report.counted.shards.front();
    auto const first_listener =
        report.listeners.empty() ? std::string_view("6380") : report.listeners[0];
    json::object page{
        {"nonce", nonce},
        {"title", report.upstream_up ? "respguard" : "! respguard: Redis does not answer"},
        {"up", report.upstream_up},
        {"enforce", report.enforce},
        {"draining", report.draining},
        {"reload_refused", report.reloads.last_refused},
        {"lines_lost", report.log_dropped > 0},
        {"lines_lost_count", counted(report.log_dropped, "log line")},
        {"version", version_text},
        {"uptime", readable_age(report.uptime_ns)},
        {"now", readable_time(now_unix_ns)},
        {"words", in_words(report, stats)},
        {"where_words", where_in_words(report)},
        {"lost_queues", lost_queues(report)},
        {"listeners", fmt::format("{}", fmt::join(report.listeners, ", "))},
        {"listen_port", first_listener.substr(first_listener.rfind(':') + 1)}};
    add_totals(page, stats);
    add_commands(page, stats);
    add_usage(page, report);
    add_rules(page, report, stats, now_unix_ns);
    add_rows(page, "has_events", "events", page_events(report.recent_events, now_unix_ns));
    add_errors_and_ends(page, stats);
    add_connections(page, report.counted);
    add_doctor(page, report, now_unix_ns);
    return page;
}

std::string page(stats::report const& report, std::string_view nonce, std::uint64_t now_unix_ns)
{
    return fill_template(page_html(), page_values(report, nonce, now_unix_ns));
}

}  // namespace respguard::admin
