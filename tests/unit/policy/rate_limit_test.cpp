#include "respguard/policy/rate_limit.hpp"

#include <gtest/gtest.h>

namespace respguard::policy {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

TEST(RateLimit, ReadsAndWritesNumberAndUnit)
{
    for (auto const* text : {"1000/s", "60/m", "10/h", "1/s"})
        EXPECT_EQ(rate_limit::parse(text)->to_string(), text);
    for (auto const* text : {"", "1000", "0/s", "-1/s", "1/d", "1/", "/s", "1.5/s", "9999999999/s"})
        EXPECT_FALSE(rate_limit::parse(text)) << text;
}

TEST(RateBucket, GivesWhatAPeriodHoldsAtOnceAndThenTheRate)
{
    rate_limit const limit = *rate_limit::parse("10/s");
    rate_bucket bucket;
    std::uint64_t now = 5 * second;
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(bucket.take(limit, now)) << i;
    EXPECT_FALSE(bucket.take(limit, now));
    now += second / 10;
    EXPECT_TRUE(bucket.take(limit, now));
    EXPECT_FALSE(bucket.take(limit, now));
    now += 100 * second;  // It never holds more than one period's.
    int taken = 0;
    while (bucket.take(limit, now))
        ++taken;
    EXPECT_EQ(taken, 10);
}

}  // namespace
}  // namespace respguard::policy
