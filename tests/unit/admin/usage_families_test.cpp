#include <gtest/gtest.h>

#include <string>

#include "admin/usage_families.hpp"
#include "sample_report.hpp"

namespace respguard::admin {
namespace {

prometheus::MetricFamily family_of(std::string const& name, stats::report const& report)
{
    std::vector<prometheus::MetricFamily> all;
    append_usage(all, report);
    for (auto const& each : all) {
        if (each.name == name) return each;
    }
    ADD_FAILURE() << "no family " << name;
    return {};
}

TEST(UsageFamilies, HaveHistogramsByScriptAndQueue)
{
    auto const report = sample_report();
    auto const scripts = family_of("respguard_script_duration_seconds", report);
    ASSERT_EQ(scripts.metric.size(), 1U);
    EXPECT_EQ(scripts.metric[0].label[0].value, "moveToActive");
    EXPECT_EQ(scripts.metric[0].histogram.sample_count, 2U);
    auto const blocked = family_of("respguard_queue_blocked_seconds", report);
    ASSERT_EQ(blocked.metric.size(), 1U);
    EXPECT_EQ(blocked.metric[0].histogram.sample_sum, 5.0);
}

TEST(UsageFamilies, CountByOutcome)
{
    auto const calls = family_of("respguard_script_commands_total", sample_report());
    ASSERT_EQ(calls.metric.size(), 3U);
    EXPECT_EQ(calls.metric[0].counter.value, 1.0);
    EXPECT_EQ(calls.metric[1].counter.value, 1.0);
}

TEST(UsageFamilies, ShowTheOverflowOnceThereIsOne)
{
    auto stats = sample_stats();
    stats->families = stats::dimension(1, stats::dimension::histograms::no);
    for (std::uint64_t key = 1; key <= 3; ++key) {
        stats->families.count_request(stats->families.add(key, std::to_string(key)), 1);
    }
    auto const report = report_of(stats);
    auto const calls = family_of("respguard_family_request_bytes_total", report);
    EXPECT_EQ(calls.metric.size(), 2U);
    auto const overflow = family_of("respguard_label_overflow_total", report);
    EXPECT_EQ(overflow.metric[2].counter.value, 2.0);
}

TEST(UsageFamilies, CountErrorsThatHaveNoSeriesOfTheirOwn)
{
    auto stats = std::make_shared<stats::shard_stats>(0);
    auto const named = [](std::size_t i) {
        return std::string{static_cast<char>('A' + i / 26), static_cast<char>('A' + i % 26)} + " x";
    };
    for (std::size_t i = 0; i < stats::shard_stats::errors_max + 3; ++i)
        stats->count_error(command::find("get"), named(i));
    auto const overflow = family_of("respguard_label_overflow_total", report_of(stats));
    ASSERT_EQ(overflow.metric.size(), 4U);
    EXPECT_EQ(overflow.metric[3].label[0].value, "error");
    EXPECT_EQ(overflow.metric[3].counter.value, 3.0);
}

}  // namespace
}  // namespace respguard::admin
