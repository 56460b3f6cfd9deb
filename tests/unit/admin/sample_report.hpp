// A report as a busy guard makes it, by hand: every table has rows, every counter is used.
#pragma once

#include "respguard/command/command_table.hpp"
#include "respguard/stats/snapshot.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "admin/presentable.hpp"

namespace respguard::admin {

/// What a peer may try to put into a page, a label or a terminal.
inline constexpr std::string_view hostile_text = "<script>\"'&\x1b[31m\xff</script>";

inline std::shared_ptr<stats::shard_stats> sample_stats()
{
    auto stats = std::make_shared<stats::shard_stats>(3);
    auto& get = stats->of(command::find("get"));
    get.calls = 100;
    get.errors = 3;
    get.request_bytes = 4'000;
    get.reply_bytes = 90'000;
    get.round_trip.add(100'000, 99);
    get.round_trip.add(2'000'000);
    get.first_byte.add(90'000, 100);
    stats->of(command::find("config|set")).rejected = 2;
    auto& bzpopmin = stats->of(command::find("bzpopmin"));
    bzpopmin.calls = 7;
    bzpopmin.cancelled = 1;
    bzpopmin.alerted = 1;
    bzpopmin.blocked.add(5'000'000'000, 7);
    stats->count_error(command::find("get"), "WRONGTYPE Operation");
    stats->count_error(command::find("get"), "WRONGTYPE Operation");
    stats->count_error(command::find("get"), "odd");
    stats->count_closed("client", "orderly");
    stats->count_closed("upstream", "reset");
    stats->counters.client_connections_total = 12;
    stats->overhead_request.add(8'000);
    stats->overhead_reply.add(6'000);
    stats->request_sizes.add(40);
    stats->reply_sizes.add(2'000'000);
    stats->rules[0] = {0, 2, 0, 0, 0, 1'700'000'000'000'000'000, command::find("config|set"), {}};
    stats->rules[1] = {1, 0, 0, 0, 0, 1'700'000'100'000'000'000, command::find("bzpopmin"), {}};
    auto const script = stats->scripts.add(1, "moveToActive", std::string(40, '8'));
    stats->scripts.count_request(script, 477);
    stats->scripts.count_reply(script, 20, false, 400'000, false);
    stats->scripts.count_reply(script, 30, true, 600'000, false);
    auto const queue = stats->queues.add(1, "notify", "bull");
    stats->queues.count_request(queue, 50);
    stats->queues.count_reply(queue, 3, false, 5'000'000'000, true);
    stats->queues.of(queue).workers.waiting = 1;
    auto const family = stats->families.add(1, "iad:*");
    stats->families.count_request(family, 40);
    stats->families.count_reply(family, 10, false, 300'000, false);
    stats->upstream_connects.add(300'000, 2);
    stats->oldest_inflight_ns = 500'000'000;
    stats->clients_now = 2;
    stats->upstream_connected_now = 1;
    stats->held_now = 1;
    stats->inflight_now = 1;
    stats->buffered_bytes_now = 4'096;
    return stats;
}

inline stats::report report_of(std::shared_ptr<stats::shard_stats const> stats)
{
    stats::report report;
    report.counted.shards.push_back(std::move(stats));
    report.upstream = "redis://127.0.0.1:6379/8";
    report.listeners = {"127.0.0.1:6380"};
    report.upstream_up = true;
    report.uptime_ns = 3'725'000'000'000;
    report.io = "io_uring";
    report.started_unix_ns = 1'699'990'000'000'000'000;
    return report;
}

inline void add_commands(stats::report& report)
{
    stats::inflight_row young;
    young.command = "get";
    young.client = "127.0.0.1:50001";
    young.name = hostile_text;
    young.age_ns = 1'000'000;
    stats::inflight_row old;
    old.command = "bzpopmin";
    old.queue = "notify";
    old.blocking = true;
    old.age_ns = 6'000'000'000;
    old.timeout_ns = 5'000'000'000;
    old.overdue = true;
    report.counted.inflight = {young, old};
    stats::logged_command slow;
    slow.id = 1;
    slow.unix_ns = 1'700'000'000'000'000'000;
    slow.command = command::find("get");
    slow.arguments = {"GET", "\x1b[31m"};
    slow.round_trip_ns = 12'000'000;
    slow.parts.behind_ns = 11'000'000;
    slow.parts.upstream_ns = 1'000'000;
    auto later = slow;
    later.id = 2;
    later.unix_ns += 1'000'000'000;
    auto large = later;
    large.kind = stats::log_kind::large_reply;
    for (auto const& each : {slow, later, large})
        report.counted.logs.push_back(std::make_shared<stats::logged_command const>(each));
    report.counted.logged = {2, 0, 1};
    report.counted.hot_keys = {{2, false},
                               {{{1, "bull:notify:id", 60, 10},
                                 {2, std::string(hostile_text), 20, 0},
                                 {3, "behind those that are shown", 10, 0}},
                                100,
                                10},
                               45'000'000'000};
}

inline stats::report sample_report()
{
    auto report = report_of(sample_stats());
    add_commands(report);
    report.rules = {{"no-eviction", "reject", "preset emailengine", "config|set maxmemory-policy",
                     "eviction would delete indexes"},
                    {"big", "alert", "file", "requests over 1 MiB", ""},
                    {"never", "reject", "file", "debug", std::string(hostile_text)}};
    report.presets = {"emailengine"};
    stats::event event;
    event.rule = "no-eviction";
    event.action = "reject";
    event.command = "config|set";
    event.client = "127.0.0.1:50001";
    event.name = std::string(hostile_text);
    event.left_out = 3;
    event.unix_ns = 1'700'000'000'000'000'000;
    report.recent_events.push_back(event);
    event = {};
    event.type = stats::event_type::upstream_back;
    event.reason = "redis://127.0.0.1:6379/8";
    report.recent_events.push_back(event);
    report.events.by_type[0] = 4;
    stats::client_row client;
    client.id = 1;
    client.address = "127.0.0.1:50001";
    client.listener = "127.0.0.1:6380";
    client.name = std::string(hostile_text);
    client.user = "default";
    client.db = 8;
    client.resp = 3;
    client.state = "connected";
    client.age_ns = 60'000'000'000;
    client.idle_ns = 1'500'000;
    client.commands = 107;
    client.inflight = 1;
    client.oldest_inflight_ns = 4'250'000;
    client.oldest_command = "bzpopmin";
    report.counted.clients.push_back(client);
    client.id = 2;
    client.name.clear();
    client.user = "worker";
    client.state = "held";
    client.subscribed = true;
    client.inflight = 0;
    client.oldest_inflight_ns = 0;
    client.oldest_command.clear();
    report.counted.clients.push_back(client);
    auto doctor = std::make_shared<stats::doctor_report>();
    doctor->checks = {{"net.rtt", "network", "ok", "p50 0.18 ms", "", ""},
                      {"net.timeout", "network", "warn", "60 s", "why", "fix"},
                      {"evict.policy", "eviction", "fail", "allkeys-lru", "why", "fix"}};
    doctor->json = R"({"schema":1,"checks":[]})";
    doctor->rounds = 7;
    doctor->checked_unix_ns = 1'700'000'000'000'000'000;
    doctor->took_ns = 250'000'000;
    doctor->events = {{"drift.role", 1}};
    report.doctor = doctor;
    report.doctor_on = true;
    make_presentable(report);  // As report_gate does.
    return report;
}

/// A guard that has just started and has seen nothing.
inline stats::report empty_report()
{
    return report_of(std::make_shared<stats::shard_stats const>(0));
}

}  // namespace respguard::admin
