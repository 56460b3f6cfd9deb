#include "respguard/stats/time_split.hpp"

#include <gtest/gtest.h>

namespace respguard::stats {
namespace {

constexpr std::uint64_t ms = 1'000'000;

time_parts upstream_of(std::uint64_t ns)
{
    time_parts parts;
    parts.upstream_ns = ns;
    return parts;
}

time_sums one(time_parts const& parts, std::uint64_t round_trip_ns)
{
    time_split split;
    split.add(parts, round_trip_ns);
    return split.all().average();
}

upstream_timing network_of(std::uint64_t ns)
{
    upstream_timing upstream;
    upstream.known = true;
    upstream.network_ns = ns;
    return upstream;
}

TEST(TimeSplit, AddsUp)
{
    time_split split;
    split.add(upstream_of(1 * ms), 1 * ms);
    split.add(upstream_of(3 * ms), 3 * ms);
    auto const average = split.all().average();
    EXPECT_EQ(average.count, 2U);
    EXPECT_EQ(average.round_trip_ns, 2 * ms);
    EXPECT_EQ(average.parts.upstream_ns, 2 * ms);
    EXPECT_EQ(time_split().all().average().count, 0U);
}

TEST(TimeSplit, TellsTheSlowestApart)
{
    time_split split;
    for (int i = 0; i < 990; ++i)
        split.add(upstream_of(100'000), 100'000);
    time_parts late;
    late.behind_ns = 7 * ms;
    late.upstream_ns = 1 * ms;
    for (int i = 0; i < 10; ++i)
        split.add(late, 8 * ms);

    auto const slow = split.slowest(0.99).average();
    EXPECT_EQ(slow.count, 10U);
    EXPECT_EQ(slow.parts.behind_ns, 7 * ms);
    EXPECT_EQ(split.slowest(0.0).count, 1'000U);
    EXPECT_EQ(time_split().slowest(0.99).count, 0U);
}

TEST(TimeSplit, TellsWhatCameSince)
{
    time_split split;
    split.add(upstream_of(1 * ms), 1 * ms);
    auto const before = split;
    split.add(upstream_of(5 * ms), 5 * ms);
    EXPECT_EQ(split.since(before).all().count, 1U);
    EXPECT_EQ(split.since(before).all().parts.upstream_ns, 5 * ms);
    split.merge(before);
    EXPECT_EQ(split.all().count, 3U);
}

TEST(SplitWindow, KnowsWhatWasLately)
{
    split_window window;
    window.add(upstream_of(1 * ms), 1 * ms);
    EXPECT_EQ(window.lately().all().count, 1U);
    window.rotate();
    window.add(upstream_of(2 * ms), 2 * ms);
    EXPECT_EQ(window.lately().all().count, 2U);
    window.rotate();
    EXPECT_EQ(window.lately().all().count, 1U);
    window.rotate();
    EXPECT_EQ(window.lately().all().count, 0U);
    EXPECT_EQ(window.all().all().count, 2U);
}

TEST(TimeInWords, NamesWhatDominates)
{
    time_parts parts;
    parts.behind_ns = 7'400'000;
    parts.upstream_ns = 700'000;
    EXPECT_EQ(in_words(one(parts, 8'100'000), {}),
              "8.1 ms: 7.4 ms waiting behind earlier commands on the same connection");
    EXPECT_EQ(in_words(time_sums{}, {}), "");
}

TEST(TimeInWords, TellsNetworkAndServerApart)
{
    EXPECT_EQ(in_words(one(upstream_of(20 * ms), 20 * ms), network_of(19 * ms)),
              "20.0 ms: 19.0 ms on the network to the server and back");
    EXPECT_EQ(in_words(one(upstream_of(20 * ms), 20 * ms), network_of(200'000)),
              "20.0 ms: 19.8 ms in the server");
    EXPECT_EQ(in_words(one(upstream_of(20 * ms), 20 * ms), {}),
              "20.0 ms: 20.0 ms in the server or on the way to it");
}

TEST(TimeInWords, DoesNotTakeAPingBehindABusyServerForTheNetwork)
{
    auto upstream = network_of(40 * ms);
    upstream.server_known = true;
    upstream.busy_share = 0.93;
    upstream.busiest = "evalsha";
    EXPECT_EQ(in_words(one(upstream_of(50 * ms), 50 * ms), upstream),
              "50.0 ms: 50.0 ms in the server, which was busy 93 % of the time, most with evalsha");
}

TEST(TimeInWords, KnowsAClientThatDoesNotRead)
{
    time_parts parts;
    parts.client_ns = 300 * ms;
    parts.upstream_ns = 1 * ms;
    EXPECT_EQ(in_words(one(parts, 301 * ms), network_of(100'000)),
              "301.0 ms: 300.0 ms because the client did not read");
}

}  // namespace
}  // namespace respguard::stats
