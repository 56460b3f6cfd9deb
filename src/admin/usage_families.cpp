#include "admin/usage_families.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "admin/family_builder.hpp"

namespace respguard::admin {

namespace {

using prometheus::MetricType;
using families = std::vector<prometheus::MetricFamily>;

/// "respguard_script_calls_total" and so on for one dimension.
struct usage_names {
    std::string_view label;
    std::string_view what;  ///< In HELP texts.
    bool blocks = false;    ///< Commands that may block can belong to it.
};

std::string usage_metric(usage_names const& names, std::string_view rest)
{
    return std::string("respguard_").append(names.label).append("_").append(rest);
}

std::string usage_help(usage_names const& names, std::string_view text)
{
    return std::string(text).append(", by ").append(names.what);
}

void append_dimension(families& out, stats::dimension const& of, usage_names const& names)
{
    auto const counter = [&](std::string_view rest, std::string_view help) {
        return family_builder(usage_metric(names, rest), usage_help(names, help),
                              MetricType::Counter);
    };
    auto const histogram = [&](std::string_view rest, std::string_view help) {
        return family_builder(usage_metric(names, rest), usage_help(names, help),
                              MetricType::Histogram);
    };
    auto calls = counter("commands_total", "Commands by outcome: ok, error, cancelled");
    auto requests = counter("request_bytes_total", "Bytes of requests forwarded");
    auto replies = counter("reply_bytes_total", "Bytes of replies");
    auto round_trips = histogram("duration_seconds", "Round trips of commands that do not block");
    auto blocked = histogram("blocked_seconds", "Round trips of commands that may block");
    for (auto const& row : of.rows()) {
        if (row.name == stats::overflow_label && of.overflowed() == 0) continue;
        std::string_view const name = row.name;
        calls.add({{names.label, name}, {"outcome", "ok"}}, row.calls - row.errors);
        calls.add({{names.label, name}, {"outcome", "error"}}, row.errors);
        calls.add({{names.label, name}, {"outcome", "cancelled"}}, row.cancelled);
        requests.add({{names.label, name}}, row.request_bytes);
        replies.add({{names.label, name}}, row.reply_bytes);
        if (!of.has_histograms()) continue;
        if (row.round_trips.count() > 0) round_trips.add({{names.label, name}}, row.round_trips);
        if (names.blocks && row.blocks.count() > 0) blocked.add({{names.label, name}}, row.blocks);
    }
    out.push_back(calls.take());
    out.push_back(requests.take());
    out.push_back(replies.take());
    if (!of.has_histograms()) return;
    out.push_back(round_trips.take());
    if (names.blocks) out.push_back(blocked.take());
}

}  // namespace

void append_usage(families& out, stats::report const& report)
{
    auto const& stats = *report.counted.shards.front();
    append_dimension(out, stats.scripts, {"script", "Lua script"});
    append_dimension(out, stats.queues, {"queue", "BullMQ queue", true});
    append_dimension(out, stats.families, {"family", "kind of key, ids masked"});

    family_builder waiting("respguard_queue_workers_waiting",
                           "Workers that wait on the server for a job now, by BullMQ queue",
                           MetricType::Gauge);
    for (auto const& row : stats.queues.rows()) {
        if (row.name == stats::overflow_label) continue;
        waiting.add({{"queue", row.name}}, std::uint64_t{row.workers.waiting});
    }
    out.push_back(waiting.take());
    family_builder lost("respguard_queue_workers_lost",
                        "1 if the workers of this BullMQ queue are gone, else 0",
                        MetricType::Gauge);
    for (auto const& row : stats.queues.rows()) {
        if (row.workers.sign_ns == 0) continue;
        lost.add({{"queue", row.name}}, report.lost_consumers.count(row.name) > 0 ? 1.0 : 0.0);
    }
    out.push_back(lost.take());

    std::uint64_t errors_overflowed = 0;
    for (auto const& error : stats.errors())
        if (error.error == stats::overflow_label) errors_overflowed += error.count;
    out.push_back(family_builder("respguard_label_overflow_total",
                                 "Commands counted under __overflow__ because too many names are "
                                 "known already",
                                 MetricType::Counter)
                      .add({{"label", "script"}}, stats.scripts.overflowed())
                      .add({{"label", "queue"}}, stats.queues.overflowed())
                      .add({{"label", "family"}}, stats.families.overflowed())
                      .add({{"label", "error"}}, errors_overflowed)
                      .take());
    auto logged = family_builder("respguard_logged_commands_total",
                                 "Commands logged one by one: slow, large_request, large_reply",
                                 MetricType::Counter);
    for (std::size_t i = 0; i < stats::log_kind_names.size(); ++i)
        logged.add({{"kind", stats::log_kind_names[i]}}, report.counted.logged[i]);
    out.push_back(logged.take());
}

}  // namespace respguard::admin
