#include "respguard/stats/overdue_blocks.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace respguard::stats {
namespace {

constexpr std::uint64_t overdue_second = 1'000'000'000;
constexpr byte_view five_seconds =
    "*3\r\n$8\r\nBZPOPMIN\r\n$18\r\nbull:notify:marker\r\n$1\r\n5\r\n";

class OverdueBlocks : public testing::Test {
protected:
    static overdue_block waiting(std::uint64_t client_id)
    {
        overdue_block made;
        made.client_id = client_id;
        made.sent_ns = 100 * overdue_second;
        made.waited_ns = 58 * overdue_second / 10;
        made.timeout_ns = 5 * overdue_second;
        made.command = command::find("bzpopmin");
        made.client = "10.0.0.5:4000";
        made.queue = "notify";
        return made;
    }
    static finished_command answered_after(std::uint64_t round_trip_ns)
    {
        finished_command made;
        made.command = command::find("bzpopmin");
        made.blocking = true;
        made.client.id = 7;
        made.at_ns = 100 * overdue_second + round_trip_ns;
        made.round_trip_ns = round_trip_ns;
        made.parts.upstream_ns = round_trip_ns;
        made.queue = "notify";
        made.request = five_seconds;
        return made;
    }

    command_watch watch_;
    std::vector<event> told_;
    overdue_blocks blocks_{watch_, [this](event what) { told_.push_back(std::move(what)); }};
};

TEST_F(OverdueBlocks, AreToldWhileTheyWait)
{
    blocks_.look({waiting(7)}, 106 * overdue_second);
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_EQ(told_[0].type, event_type::overdue);
    EXPECT_EQ(told_[0].command, "bzpopmin");
    EXPECT_EQ(told_[0].queue, "notify");
    EXPECT_EQ(told_[0].reason,
              "waits since 5.8 s with a time-out of 5.0 s; BullMQ cuts such a connection 1 s after "
              "the time-out: Redis, or the network to it, stands still");
    EXPECT_EQ(blocks_.now(), 1U);
    EXPECT_EQ(blocks_.total(), 1U);
}

TEST_F(OverdueBlocks, AreCountedOnceEachAndToldOncePerQueue)
{
    blocks_.look({waiting(7), waiting(8)}, 106 * overdue_second);
    blocks_.look({waiting(7), waiting(8)}, 107 * overdue_second);
    EXPECT_EQ(blocks_.total(), 2U);
    EXPECT_EQ(told_.size(), 1U);
    watch_.tell(answered_after(8 * overdue_second));
    EXPECT_EQ(blocks_.total(), 2U) << "known already";
    blocks_.look({}, 109 * overdue_second);
    EXPECT_EQ(blocks_.now(), 0U);
}

TEST_F(OverdueBlocks, AreToldWhenNobodyLookedInTime)
{
    watch_.tell(answered_after(5'600'000'000));
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_EQ(blocks_.total(), 1U);
    EXPECT_EQ(told_[0].reason.rfind("answered after 5.6 s with a time-out of 5.0 s", 0), 0U)
        << told_[0].reason;
}

TEST_F(OverdueBlocks, SayThatTheClientWasTheReason)
{
    auto what = answered_after(9 * overdue_second);
    what.parts.upstream_ns = 5 * overdue_second;
    what.parts.client_ns = 4 * overdue_second;
    watch_.tell(what);
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_NE(told_[0].reason.find("the client did not read"), std::string::npos);
    auto stalled = waiting(9);
    stalled.client_stalls = true;
    stalled.queue = "submit";
    blocks_.look({stalled}, 110 * overdue_second);
    EXPECT_NE(told_.back().reason.find("the client does not read"), std::string::npos);
}

TEST_F(OverdueBlocks, AreNotThoseInTimeNorBehindOthersNorForEver)
{
    watch_.tell(answered_after(5'400'000'000));
    auto behind = answered_after(9 * overdue_second);
    behind.parts.behind_ns = 4 * overdue_second;
    behind.parts.upstream_ns = 5 * overdue_second;
    watch_.tell(behind);
    auto for_ever = answered_after(900 * overdue_second);
    for_ever.request = "*3\r\n$8\r\nBZPOPMIN\r\n$1\r\nk\r\n$1\r\n0\r\n";
    watch_.tell(for_ever);
    auto unknown = answered_after(900 * overdue_second);
    unknown.request = {};
    watch_.tell(unknown);
    EXPECT_TRUE(told_.empty());
    EXPECT_EQ(blocks_.total(), 0U);
}

}  // namespace
}  // namespace respguard::stats
