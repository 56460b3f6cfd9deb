#include <gtest/gtest.h>

#include "admin/family_builder.hpp"

namespace respguard::admin {
namespace {

using prometheus::MetricType;

TEST(FamilyBuilder, KeepsNameHelpTypeAndLabels)
{
    auto const family = family_builder("some_total", "Help", MetricType::Counter)
                            .add({{"a", "1"}, {"b", "2"}}, std::uint64_t{7})
                            .take();
    EXPECT_EQ(family.name, "some_total");
    EXPECT_EQ(family.help, "Help");
    ASSERT_EQ(family.metric.size(), 1U);
    EXPECT_EQ(family.metric[0].counter.value, 7.0);
    ASSERT_EQ(family.metric[0].label.size(), 2U);
    EXPECT_EQ(family.metric[0].label[1].name, "b");
    EXPECT_EQ(family.metric[0].label[1].value, "2");
}

TEST(FamilyBuilder, FillsAGauge)
{
    auto const family = family_builder("now", "Help", MetricType::Gauge).add({}, 0.5).take();
    EXPECT_EQ(family.metric[0].gauge.value, 0.5);
}

TEST(FamilyBuilder, GivesDurationsInSecondsCumulated)
{
    stats::latency_histogram durations;
    durations.add(50'000);
    durations.add(1'000'001);
    durations.add(60'000'000'000);
    auto const family =
        family_builder("d_seconds", "Help", MetricType::Histogram).add({}, durations).take();
    auto const& histogram = family.metric[0].histogram;
    EXPECT_EQ(histogram.sample_count, 3U);
    EXPECT_DOUBLE_EQ(histogram.sample_sum, 60.001050001);
    ASSERT_EQ(histogram.bucket.size(), stats::duration_bounds_ns.size());
    EXPECT_DOUBLE_EQ(histogram.bucket[0].upper_bound, 50e-6);
    EXPECT_EQ(histogram.bucket[0].cumulative_count, 1U);
    EXPECT_DOUBLE_EQ(histogram.bucket[4].upper_bound, 1e-3);
    EXPECT_EQ(histogram.bucket[4].cumulative_count, 1U);
    EXPECT_EQ(histogram.bucket[5].cumulative_count, 2U);
    EXPECT_DOUBLE_EQ(histogram.bucket.back().upper_bound, 10);
    EXPECT_EQ(histogram.bucket.back().cumulative_count, 2U);
}

TEST(FamilyBuilder, GivesSizesInBytesCumulated)
{
    stats::size_histogram sizes;
    sizes.add(1'000'000);
    sizes.add(1'000'001);
    auto const family =
        family_builder("s_bytes", "Help", MetricType::Histogram).add({}, sizes).take();
    auto const& histogram = family.metric[0].histogram;
    EXPECT_EQ(histogram.sample_sum, 2'000'001.0);
    EXPECT_EQ(histogram.bucket[7].upper_bound, 1'000'000.0);
    EXPECT_EQ(histogram.bucket[7].cumulative_count, 1U);
    EXPECT_EQ(histogram.bucket[8].cumulative_count, 2U);
}

}  // namespace
}  // namespace respguard::admin
