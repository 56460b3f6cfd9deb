#include "respguard/doctor/rtt_summary.hpp"

#include <gtest/gtest.h>

namespace respguard::doctor {
namespace {

using std::chrono::microseconds;

TEST(RttSummary, NothingMeasuredIsNothing)
{
    auto const seen = summarise({});
    EXPECT_FALSE(seen.p50 || seen.p99 || seen.least || seen.connect_least || seen.tcp_least);
    EXPECT_FALSE(seen.network());
    EXPECT_EQ(seen.samples, 0U);
}

TEST(RttSummary, EachPartApart)
{
    round_trips rtt;
    for (int i = 1; i <= 100; ++i)
        rtt.pings.emplace_back(microseconds(10 * i));
    rtt.connects = {microseconds(9), microseconds(8)};
    rtt.tcp_min = microseconds(5);
    rtt.proxy = "x";
    auto const seen = summarise(rtt);
    EXPECT_EQ(seen.p50, microseconds(510));
    EXPECT_EQ(seen.p99, microseconds(990));
    EXPECT_EQ(seen.least, microseconds(10));
    EXPECT_EQ(seen.connect_least, microseconds(8));
    EXPECT_EQ(seen.network(), microseconds(5));
    EXPECT_TRUE(seen.proxied);
}

}  // namespace
}  // namespace respguard::doctor
