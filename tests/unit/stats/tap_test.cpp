#include "respguard/stats/tap.hpp"

#include <gtest/gtest.h>

#include <string>

namespace respguard::stats {
namespace {

finished_command at(std::uint64_t when)
{
    finished_command what;
    what.at_ns = when;
    return what;
}

std::string_view name_of(std::uint16_t rule) { return rule == 3 ? "flush" : "?"; }

TEST(Tap, PutsWhatTheShardsToldInTheOrderOfTime)
{
    auto const shared = std::make_shared<tap>(tap_filter{}, false, 2);
    shard_tap first(shared, 0, name_of);
    shard_tap second(shared, 1, name_of);
    first.on_finished(at(10));
    first.on_finished(at(30));
    second.on_finished(at(20));
    auto const taken = shared->take();
    ASSERT_EQ(taken.size(), 3U);
    EXPECT_EQ(taken[1].at_ns, 20U);
    EXPECT_TRUE(shared->take().empty());
}

TEST(Tap, NamesTheRuleThatMatched)
{
    auto const shared = std::make_shared<tap>(tap_filter{}, false, 1);
    shard_tap listener(shared, 0, name_of);
    auto what = at(1);
    what.rule = 3;
    listener.on_finished(what);
    listener.on_finished(at(2));
    auto const taken = shared->take();
    EXPECT_EQ(taken.at(0).rule.view(), "flush");
    EXPECT_EQ(taken.at(1).rule.view(), "");
}

TEST(Tap, ShowsTheFirstAndThenOneInSoMany)
{
    tap_filter filter;
    filter.every = 3;
    auto const shared = std::make_shared<tap>(filter, false, 1);
    shard_tap listener(shared, 0, name_of);
    for (std::uint64_t i = 1; i <= 7; ++i)
        listener.on_finished(at(i));
    auto const taken = shared->take();
    ASSERT_EQ(taken.size(), 3U);
    EXPECT_EQ(taken[1].at_ns, 4U);
    EXPECT_EQ(taken[2].at_ns, 7U);
}

TEST(Tap, CountsWhatItsReaderDidNotTakeInTime)
{
    auto const shared = std::make_shared<tap>(tap_filter{}, false, 1);
    shard_tap listener(shared, 0, name_of);
    for (std::uint64_t i = 0; i < (1U << tap::ring_size_log2) + 5; ++i)
        listener.on_finished(at(i));
    EXPECT_EQ(shared->dropped(), 5U);
}

TEST(Tap, AsksItsShardForNoMoreThanItMayShow)
{
    tap_filter filter;
    EXPECT_TRUE(
        shard_tap(std::make_shared<tap>(filter, false, 1), 0, name_of).interest().everything);
    filter.round_trip_ns = 5;
    auto wanted = shard_tap(std::make_shared<tap>(filter, false, 1), 0, name_of).interest();
    EXPECT_EQ(wanted.round_trip_ns, 5U);
    EXPECT_EQ(wanted.blocked_ns, command_interest::never);
    EXPECT_FALSE(wanted.everything);
    filter = {};
    filter.bytes = 7;
    wanted = shard_tap(std::make_shared<tap>(filter, false, 1), 0, name_of).interest();
    EXPECT_EQ(wanted.reply_bytes, 7U);
    EXPECT_TRUE(wanted.unanswered) << "a refused request has its size, too";
    filter = {};
    filter.errors = true;
    wanted = shard_tap(std::make_shared<tap>(filter, false, 1), 0, name_of).interest();
    EXPECT_TRUE(wanted.errors && wanted.unanswered && !wanted.everything);
}

}  // namespace
}  // namespace respguard::stats
