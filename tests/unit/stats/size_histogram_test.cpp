#include "respguard/stats/size_histogram.hpp"

#include <gtest/gtest.h>

namespace respguard::stats {
namespace {

TEST(SizeHistogram, CountsTheBoundItselfBelowTheBound)
{
    for (std::size_t i = 0; i < size_bounds.size(); ++i) {
        size_histogram histogram;
        histogram.add(size_bounds[i]);
        histogram.add(size_bounds[i] + 1);
        EXPECT_EQ(histogram.counts[i], 1U) << size_bounds[i];
        EXPECT_EQ(histogram.counts[i + 1], 1U) << size_bounds[i];
    }
}

TEST(SizeHistogram, KeepsCountSumAndMaximum)
{
    size_histogram histogram;
    histogram.add(0);
    histogram.add(1'048'576);
    histogram.add(1'000'000'000'000);
    EXPECT_EQ(histogram.count, 3U);
    EXPECT_EQ(histogram.sum, 1'000'001'048'576U);
    EXPECT_EQ(histogram.max, 1'000'000'000'000U);
    EXPECT_EQ(histogram.counts.front(), 1U);
    EXPECT_EQ(histogram.counts.back(), 1U);
}

TEST(SizeHistogram, MergesBySumAndMaximum)
{
    size_histogram small;
    small.add(10);
    size_histogram large;
    large.add(10);
    large.add(100'000);
    small.merge(large);
    EXPECT_EQ(small.count, 3U);
    EXPECT_EQ(small.sum, 100'020U);
    EXPECT_EQ(small.max, 100'000U);
    EXPECT_EQ(small.counts[0], 2U);
    EXPECT_EQ(small.counts[6], 1U);
}

}  // namespace
}  // namespace respguard::stats
