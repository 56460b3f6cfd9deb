#include "respguard/stats/latency_histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

namespace respguard::stats {
namespace {

constexpr std::uint64_t microsecond = 1'000;
constexpr std::uint64_t hour = 3'600'000'000'000;

/// The observation that quantile_ns(q) estimates: the smallest that a share q does not exceed.
std::uint64_t exact_quantile(std::vector<std::uint64_t> const& sorted, double q)
{
    auto const rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(sorted.size())));
    return sorted[std::max<std::size_t>(rank, 1) - 1];
}

double relative_error(std::uint64_t got, std::uint64_t wanted)
{
    return std::abs(static_cast<double>(got) - static_cast<double>(wanted)) /
           static_cast<double>(wanted);
}

/// Log-uniform: every magnitude from 1 us to 1 h is as likely as any other.
std::vector<std::uint64_t> durations(std::size_t count, unsigned seed)
{
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> exponent(std::log(1e3), std::log(3.6e12));
    std::vector<std::uint64_t> all(count);
    for (auto& ns : all)
        ns = static_cast<std::uint64_t>(std::exp(exponent(random)));
    return all;
}

/// What quantile_ns() says about `ns` when it is neither the least nor the greatest observation.
std::uint64_t reported(std::uint64_t ns)
{
    latency_histogram histogram;
    histogram.add(ns);
    histogram.add(2 * hour);
    return histogram.quantile_ns(0.5);
}

TEST(LatencyHistogram, IsAtMostTwoPercentOffFromOneMicrosecondToOneHour)
{
    for (auto const ns : durations(20'000, 1))
        ASSERT_LE(relative_error(reported(ns), ns), 0.02) << ns;
    for (std::uint64_t power = microsecond; power < hour; power *= 2) {
        for (std::uint64_t const ns : {power - 1, power, power + 1}) {
            ASSERT_LE(relative_error(reported(ns), ns), 0.02) << ns;
        }
    }
    EXPECT_LE(relative_error(reported(hour), hour), 0.02);
}

TEST(LatencyHistogram, ResolvesSixteenNanosecondsBelowHalfAMicrosecond)
{
    for (std::uint64_t ns = 0; ns < 512; ++ns) {
        ASSERT_LE(std::max(reported(ns), ns) - std::min(reported(ns), ns), 8U) << ns;
    }
}

TEST(LatencyHistogram, GivesTheQuantilesOfASortedVector)
{
    for (unsigned seed = 1; seed <= 5; ++seed) {
        auto all = durations(5'000 + seed, seed);
        latency_histogram histogram;
        for (auto const ns : all)
            histogram.add(ns);
        std::sort(all.begin(), all.end());
        for (double const q : {0.0, 0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
            auto const wanted = exact_quantile(all, q);
            ASSERT_LE(relative_error(histogram.quantile_ns(q), wanted), 0.02) << q << ' ' << seed;
        }
    }
}

TEST(LatencyHistogram, KeepsCountSumAndMaximumExactly)
{
    auto const all = durations(1'000, 7);
    latency_histogram histogram;
    for (auto const ns : all)
        histogram.add(ns);
    EXPECT_EQ(histogram.count(), all.size());
    EXPECT_EQ(histogram.sum_ns(), std::accumulate(all.begin(), all.end(), std::uint64_t{0}));
    EXPECT_EQ(histogram.max_ns(), *std::max_element(all.begin(), all.end()));
    EXPECT_EQ(histogram.quantile_ns(1.0), histogram.max_ns());
}

TEST(LatencyHistogram, CountsTheBoundItselfBelowTheBound)
{
    for (std::size_t i = 0; i < duration_bounds_ns.size(); ++i) {
        latency_histogram histogram;
        histogram.add(duration_bounds_ns[i] - 1);
        histogram.add(duration_bounds_ns[i]);
        histogram.add(duration_bounds_ns[i] + 1);
        for (std::size_t j = 0; j < histogram.bound_counts().size(); ++j) {
            std::uint64_t const wanted = j == i ? 2 : j == i + 1 ? 1 : 0;
            ASSERT_EQ(histogram.bound_counts()[j], wanted) << "bound " << i << ", bucket " << j;
        }
    }
}

TEST(LatencyHistogram, CountsEveryDurationUnderItsBound)
{
    auto const all = durations(20'000, 3);
    latency_histogram histogram;
    for (auto const ns : all)
        histogram.add(ns);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < duration_bounds_ns.size(); ++i) {
        below += histogram.bound_counts()[i];
        auto const wanted = std::count_if(
            all.begin(), all.end(), [&](std::uint64_t ns) { return ns <= duration_bounds_ns[i]; });
        ASSERT_EQ(below, static_cast<std::uint64_t>(wanted)) << duration_bounds_ns[i];
    }
    EXPECT_EQ(below + histogram.bound_counts().back(), all.size());
}

TEST(LatencyHistogram, TakesAnyValue)
{
    latency_histogram histogram;
    histogram.add(0);
    histogram.add(~std::uint64_t{0} / 2);
    EXPECT_EQ(histogram.count(), 2U);
    EXPECT_EQ(histogram.bound_counts().front(), 1U);
    EXPECT_EQ(histogram.bound_counts().back(), 1U);
    EXPECT_EQ(histogram.quantile_ns(1.0), ~std::uint64_t{0} / 2);
}

TEST(LatencyHistogram, NeverReportsMoreThanTheMaximum)
{
    latency_histogram histogram;
    histogram.add(1'000'001, 3);
    EXPECT_LE(histogram.quantile_ns(0.5), 1'000'001U);
    EXPECT_EQ(histogram.max_ns(), 1'000'001U);
}

TEST(LatencyHistogram, SaysZeroWhenEmpty)
{
    latency_histogram const histogram;
    EXPECT_EQ(histogram.quantile_ns(0.99), 0U);
    EXPECT_EQ(histogram.count(), 0U);
    EXPECT_EQ(histogram.heap_bytes(), 0U);
    for (auto const count : histogram.bound_counts())
        EXPECT_EQ(count, 0U);
}

TEST(LatencyHistogram, CountsManyAtOnceLikeOneByOne)
{
    latency_histogram at_once;
    latency_histogram one_by_one;
    at_once.add(83'000, 1'000);
    for (int i = 0; i < 1'000; ++i)
        one_by_one.add(83'000);
    EXPECT_EQ(at_once.count(), one_by_one.count());
    EXPECT_EQ(at_once.sum_ns(), one_by_one.sum_ns());
    EXPECT_EQ(at_once.quantile_ns(0.5), one_by_one.quantile_ns(0.5));
    EXPECT_EQ(at_once.bound_counts()[1], 1'000U);
}

TEST(LatencyHistogram, MergesToTheSameAsOneThatSawAll)
{
    auto const all = durations(4'000, 11);
    latency_histogram whole;
    latency_histogram low;
    latency_histogram high;
    for (auto const ns : all) {
        whole.add(ns);
        (ns < 1'000'000 ? low : high).add(ns);
    }
    for (auto* const into : {&low, &high}) {
        latency_histogram merged = *into;
        merged.merge(into == &low ? high : low);
        ASSERT_EQ(merged.count(), whole.count());
        ASSERT_EQ(merged.sum_ns(), whole.sum_ns());
        ASSERT_EQ(merged.max_ns(), whole.max_ns());
        for (double q = 0; q <= 1; q += 0.01)
            ASSERT_EQ(merged.quantile_ns(q), whole.quantile_ns(q));
        ASSERT_TRUE(std::ranges::equal(merged.bound_counts(), whole.bound_counts()));
    }
}

TEST(LatencyHistogram, MergesWithAnEmptyOneEitherWay)
{
    latency_histogram some;
    some.add(5'000);
    latency_histogram empty;
    some.merge(empty);
    EXPECT_EQ(some.count(), 1U);
    empty.merge(some);
    EXPECT_EQ(empty.quantile_ns(1.0), 5'000U);
}

TEST(LatencyHistogram, CopiesAreIndependent)
{
    latency_histogram first;
    first.add(1'000'000);
    latency_histogram second = first;
    second.add(1'000'000);
    first = latency_histogram{};
    EXPECT_EQ(first.count(), 0U);
    EXPECT_EQ(second.count(), 2U);
    EXPECT_EQ(second.bound_counts()[4], 2U);
}

TEST(LatencyHistogram, IsSmallWhenIdleAndBoundedWhenNot)
{
    static_assert(sizeof(latency_histogram) <= 64);
    latency_histogram histogram;
    histogram.add(100'000);
    EXPECT_LE(histogram.heap_bytes(), 512U);
    for (std::uint64_t ns = 1; ns < 4 * hour; ns = ns * 3 / 2 + 1)
        histogram.add(ns);
    EXPECT_LE(histogram.heap_bytes(), 9'000U);
}

}  // namespace
}  // namespace respguard::stats
