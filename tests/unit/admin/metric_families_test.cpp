#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>

#include "admin/metric_families.hpp"
#include "admin/process_metrics.hpp"
#include "sample_report.hpp"

namespace respguard::admin {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

std::map<std::string, MetricFamily> by_name(stats::report const& report)
{
    std::map<std::string, MetricFamily> out;
    for (auto& family : metric_families(report))
        out[family.name] = family;
    return out;
}

/// The series whose label values, joined by '/', are `labels`; one of no value if there is none.
ClientMetric series(MetricFamily const& family, std::string const& labels)
{
    for (auto const& metric : family.metric) {
        std::string joined;
        for (auto const& label : metric.label)
            joined += (joined.empty() ? "" : "/") + label.value;
        if (joined == labels) return metric;
    }
    ADD_FAILURE() << family.name << " has no series " << labels;
    return {};
}

TEST(MetricFamilies, CountCommandsByOutcome)
{
    auto const all = by_name(sample_report());
    auto const& commands = all.at("respguard_commands_total");
    EXPECT_EQ(series(commands, "get/ok").counter.value, 97);
    EXPECT_EQ(series(commands, "get/error").counter.value, 3);
    EXPECT_EQ(series(commands, "config|set/rejected").counter.value, 2);
    EXPECT_EQ(series(commands, "bzpopmin/cancelled").counter.value, 1);
    EXPECT_EQ(commands.metric.size(), 3U * 4U) << "commands that were not seen are shown";
}

TEST(MetricFamilies, TellWhatUpstreamLooksLikeWithoutClients)
{
    auto report = sample_report();
    report.timing = {};
    EXPECT_TRUE(by_name(report).at("respguard_ping_rtt_seconds").metric.empty());
    EXPECT_TRUE(by_name(report).at("respguard_server_exec_seconds").metric.empty());
    report.timing.known = true;
    report.timing.network_ns = 250'000;
    report.timing.percentiles = {{"get", 3.0, 9.0, 20.0}, {"made-up-by-a-module", 1.0, 1.0, 1.0}};
    auto const all = by_name(report);
    EXPECT_DOUBLE_EQ(series(all.at("respguard_ping_rtt_seconds"), "").gauge.value, 0.00025);
    auto const& exec = all.at("respguard_server_exec_seconds");
    EXPECT_DOUBLE_EQ(series(exec, "get/50").gauge.value, 3e-6);
    EXPECT_DOUBLE_EQ(series(exec, "get/99").gauge.value, 9e-6);
    EXPECT_DOUBLE_EQ(series(exec, "get/99.9").gauge.value, 2e-5);
    EXPECT_EQ(exec.metric.size(), 3U) << "names of upstream's own choice are no labels";
}

TEST(MetricFamilies, TellTheOldestRequestAndHowLongConnectingTook)
{
    auto const all = by_name(sample_report());
    EXPECT_DOUBLE_EQ(series(all.at("respguard_oldest_inflight_seconds"), "").gauge.value, 0.5);
    auto const& connects = series(all.at("respguard_upstream_connect_duration_seconds"), "");
    EXPECT_EQ(connects.histogram.sample_count, 2U);
}

TEST(MetricFamilies, KeepBlockingApart)
{
    auto const all = by_name(sample_report());
    auto const& durations = all.at("respguard_command_duration_seconds");
    auto const& blocked = all.at("respguard_command_blocked_seconds");
    ASSERT_EQ(durations.metric.size(), 1U);
    EXPECT_EQ(series(durations, "get").histogram.sample_count, 100U);
    ASSERT_EQ(blocked.metric.size(), 1U);
    EXPECT_EQ(series(blocked, "bzpopmin").histogram.sample_sum, 35.0);
}

TEST(MetricFamilies, TellWhatIsNow)
{
    auto const all = by_name(sample_report());
    auto const value = [&](char const* name) { return all.at(name).metric.at(0).gauge.value; };
    EXPECT_EQ(value("respguard_build_info"), 1);
    EXPECT_EQ(value("respguard_upstream_up"), 1);
    EXPECT_EQ(value("respguard_client_connections"), 2);
    EXPECT_EQ(value("respguard_upstream_connections"), 1);
    EXPECT_EQ(value("respguard_held_connections"), 1);
    EXPECT_EQ(value("respguard_inflight_commands"), 1);
    EXPECT_EQ(value("respguard_buffered_bytes"), 4'096);
    EXPECT_EQ(value("respguard_config_last_reload_successful"), 1);
}

TEST(MetricFamilies, TellWhatBecameOfReloads)
{
    auto report = sample_report();
    report.reloads = {3, 2, true, 1'700'000'000'500'000'000};
    report.log_dropped = 7;
    auto const all = by_name(report);
    EXPECT_EQ(all.at("respguard_config_last_reload_successful").metric.at(0).gauge.value, 0);
    EXPECT_EQ(
        all.at("respguard_config_last_reload_success_timestamp_seconds").metric.at(0).gauge.value,
        1'700'000'000.5);
    auto const& reloads = all.at("respguard_config_reloads_total");
    EXPECT_EQ(series(reloads, "ok").counter.value, 3);
    EXPECT_EQ(series(reloads, "refused").counter.value, 2);
    EXPECT_EQ(all.at("respguard_log_dropped_total").metric.at(0).counter.value, 7);
}

TEST(MetricFamilies, HoldEveryCounterOfTheShards)
{
    auto const all = by_name(sample_report());
#define X(name, help) EXPECT_TRUE(all.contains("respguard_" #name));
    RESPGUARD_SHARD_COUNTERS(X)
#undef X
    EXPECT_EQ(all.at("respguard_client_connections_total").metric.at(0).counter.value, 12);
}

TEST(MetricFamilies, CountEventsOfEveryType)
{
    auto const all = by_name(sample_report());
    auto const& events = all.at("respguard_events_total");
    EXPECT_EQ(series(events, "rule_hit").counter.value, 4);
    EXPECT_EQ(series(events, "reload").counter.value, 0) << "shown before it happens";
    EXPECT_EQ(events.metric.size(), stats::event_type_names.size());
}

TEST(MetricFamilies, CountErrorsEndsAndRuleHits)
{
    auto const all = by_name(sample_report());
    auto const& errors = all.at("respguard_command_errors_total");
    EXPECT_EQ(series(errors, "get/WRONGTYPE").counter.value, 2);
    EXPECT_EQ(series(errors, "get/other").counter.value, 1);
    auto const& closed = all.at("respguard_client_connections_closed_total");
    EXPECT_EQ(series(closed, "upstream/reset").counter.value, 1);
    auto const& hits = all.at("respguard_policy_hits_total");
    EXPECT_EQ(series(hits, "no-eviction/reject").counter.value, 2);
    EXPECT_EQ(series(hits, "big/alert").counter.value, 1);
    EXPECT_EQ(series(hits, "never/reject").counter.value, 0) << "shown before its first hit";
    EXPECT_EQ(hits.metric.size(), 3U);
}

TEST(MetricFamilies, ShowARuleThatOnlyObserves)
{
    auto stats = sample_stats();
    stats->rules[0] = {5, 0, 0, 0, 0, 1, command::other, {}};
    auto report = report_of(stats);
    report.rules = sample_report().rules;
    report.enforce = false;
    auto const all = by_name(report);
    auto const& hits = all.at("respguard_policy_hits_total");
    EXPECT_EQ(series(hits, "no-eviction/alert").counter.value, 5);
    EXPECT_EQ(series(hits, "no-eviction/reject").counter.value, 0);
    EXPECT_EQ(all.at("respguard_policy_enforced").metric[0].gauge.value, 0);
}

TEST(MetricFamilies, NeverShowASeriesTwice)
{
    auto report = sample_report();
    report.rules[1] = report.rules[0];
    std::set<std::string> seen;
    for (auto const& family : metric_families(report)) {
        EXPECT_FALSE(family.help.empty()) << family.name;
        for (auto const& metric : family.metric) {
            std::string key = family.name;
            for (auto const& label : metric.label)
                key += '\1' + label.name + '\2' + label.value;
            EXPECT_TRUE(seen.insert(key).second) << key;
        }
    }
}

TEST(MetricFamilies, TolerateMoreRulesThanWereCounted)
{
    auto report = report_of(std::make_shared<stats::shard_stats const>(0));
    report.rules = sample_report().rules;
    EXPECT_TRUE(by_name(report).at("respguard_policy_hits_total").metric.empty());
}

std::string type_name(MetricType type)
{
    if (type == MetricType::Counter) return "counter";
    if (type == MetricType::Gauge) return "gauge";
    if (type == MetricType::Histogram) return "histogram";
    return "untyped";
}

TEST(MetricFamilies, AreThoseOfTheManual)
{
    // Rows of docs/METRICS.md: | `name` | type | labels | ...
    std::map<std::string, std::string> documented;
    std::ifstream manual(std::string(RESPGUARD_TEST_DATA) + "/../../docs/METRICS.md");
    ASSERT_TRUE(manual) << "docs/METRICS.md is missing";
    for (std::string line; std::getline(manual, line);) {
        if (!line.starts_with("| `respguard_") && !line.starts_with("| `process_")) continue;
        auto const name_end = line.find('`', 3);
        auto const type_at = line.find("| ", name_end) + 2;
        documented[line.substr(3, name_end - 3)] =
            line.substr(type_at, line.find(' ', type_at) - type_at);
    }
    std::map<std::string, std::string> made;
    for (auto const& family : metric_families(sample_report()))
        made[family.name] = type_name(family.type);
    for (auto const& family : process_metrics({}))
        made[family.name] = type_name(family.type);
    for (auto const& [name, type] : made)
        EXPECT_EQ(documented[name], type) << name;
    for (auto const& [name, type] : documented)
        EXPECT_TRUE(made.contains(name)) << name;
}

}  // namespace
}  // namespace respguard::admin
