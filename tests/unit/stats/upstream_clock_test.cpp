#include "respguard/stats/upstream_clock.hpp"

#include <gtest/gtest.h>

namespace respguard::stats {
namespace {

constexpr std::uint64_t s = 1'000'000'000;

TEST(UpstreamClock, TakesTheQuickestPingForTheNetwork)
{
    upstream_clock clock;
    EXPECT_FALSE(clock.timing().known);
    clock.on_ping(900'000, 150'000);
    clock.on_ping(200'000, 150'000);
    clock.on_ping(50'000'000, 150'000);
    EXPECT_TRUE(clock.timing().known);
    EXPECT_EQ(clock.timing().network_ns, 200'000U);
    EXPECT_EQ(clock.timing().path_ns, 150'000U);
    for (int i = 0; i < 15; ++i)
        clock.on_ping(20'000'000, 150'000);
    EXPECT_EQ(clock.timing().network_ns, 20'000'000U) << "the network may become slow";
}

TEST(UpstreamClock, SaysHowBusyTheServerIs)
{
    upstream_clock clock;
    clock.on_commandstats("# Commandstats\r\ncmdstat_get:calls=1,usec=100,usec_per_call=1\r\n", s);
    EXPECT_FALSE(clock.timing().server_known);
    clock.on_commandstats("cmdstat_get:calls=2,usec=200100,usec_per_call=1\r\n"
                          "cmdstat_evalsha:calls=2,usec=700000,usec_per_call=1\r\n",
                          2 * s);
    EXPECT_TRUE(clock.timing().server_known);
    EXPECT_NEAR(clock.timing().busy_share, 0.9, 1e-9);
    EXPECT_EQ(clock.timing().busiest, "evalsha");
}

TEST(UpstreamClock, SurvivesThatCountersAreReset)
{
    upstream_clock clock;
    clock.on_commandstats("cmdstat_get:calls=9,usec=5000000,usec_per_call=1\r\n", s);
    clock.on_commandstats("cmdstat_get:calls=1,usec=100000,usec_per_call=1\r\n", 2 * s);
    EXPECT_NEAR(clock.timing().busy_share, 0.1, 1e-9);
    clock.forget_commandstats();
    EXPECT_FALSE(clock.timing().server_known);
}

TEST(UpstreamClock, ReadsOnlyLinesOfItsForm)
{
    auto const read = read_cmdstat("cmdstat_config|set:calls=1,usec=17,usec_per_call=17.00");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->command, "config|set");
    EXPECT_EQ(read->usec, 17U);
    EXPECT_FALSE(read_cmdstat(""));
    EXPECT_FALSE(read_cmdstat("# Commandstats"));
    EXPECT_FALSE(read_cmdstat("cmdstat_get:calls=1"));
    EXPECT_FALSE(read_cmdstat("cmdstat_get:calls=1,usec=x"));
    EXPECT_FALSE(read_cmdstat("cmdstat_get calls=1,usec=5"));
}

TEST(UpstreamClock, TakesPercentilesAsRedisMeasuresThem)
{
    upstream_clock clock;
    EXPECT_EQ(clock.timing().no_percentiles, "not asked yet");
    clock.on_latencystats("# Latencystats\r\n"
                          "latency_percentiles_usec_get:p50=1.003,p99=2.007,p99.9=5.023\r\n"
                          "latency_percentiles_usec_config|set:p50=7.007,p99=7.007\r\n");
    auto const& timing = clock.timing();
    EXPECT_EQ(timing.no_percentiles, "");
    ASSERT_EQ(timing.percentiles.size(), 2U);
    EXPECT_EQ(timing.percentiles[0].command, "get");
    EXPECT_DOUBLE_EQ(timing.percentiles[0].p50_us, 1.003);
    EXPECT_DOUBLE_EQ(timing.percentiles[0].p99_us, 2.007);
    EXPECT_DOUBLE_EQ(timing.percentiles[0].p99_9_us, 5.023);
    EXPECT_EQ(timing.percentiles[1].command, "config|set");
    EXPECT_DOUBLE_EQ(timing.percentiles[1].p99_9_us, 7.007);
}

TEST(UpstreamClock, SaysWhyThereAreNoPercentiles)
{
    upstream_clock clock;
    clock.on_latencystats("# Latencystats\r\n");
    EXPECT_EQ(clock.timing().no_percentiles.rfind("cannot be read", 0), 0U);
    clock.on_latencystats("latency_percentiles_usec_get:p50=1.003,p99=2.007\r\n");
    clock.forget_latencystats("cannot be read: INFO is denied");
    EXPECT_EQ(clock.timing().no_percentiles, "cannot be read: INFO is denied");
    EXPECT_TRUE(clock.timing().percentiles.empty());
}

TEST(ReadPercentiles, TakesOnlyWhatIsWhole)
{
    EXPECT_FALSE(read_percentiles(""));
    EXPECT_FALSE(read_percentiles("latency_percentiles_usec_get"));
    EXPECT_FALSE(read_percentiles("latency_percentiles_usec_get:p50=1"));
    EXPECT_FALSE(read_percentiles("latency_percentiles_usec_get:p50=x,p99=1"));
    EXPECT_FALSE(read_percentiles("cmdstat_get:p50=1,p99=2"));
}

}  // namespace
}  // namespace respguard::stats
