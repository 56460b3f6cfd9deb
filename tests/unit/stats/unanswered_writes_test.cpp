#include "respguard/stats/unanswered_writes.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace respguard::stats {
namespace {

constexpr std::uint64_t writes_second = 1'000'000'000;

class UnansweredWrites : public testing::Test {
protected:
    void is_cancelled(char const* command, std::uint64_t client, char const* script = "",
                      char const* queue = "")
    {
        finished_command what;
        what.command = command::find(command);
        what.outcome = command_outcome::cancelled;
        what.client.id = client;
        what.client.address = "10.0.0.5:4000";
        what.script = script;
        what.queue = queue;
        watch_.tell(what);
    }

    command_watch watch_;
    std::vector<event> told_;
    unanswered_writes writes_{watch_, [this](event what) { told_.push_back(std::move(what)); }};
};

TEST_F(UnansweredWrites, AreToldInOneEventWithCommandsAndQueues)
{
    is_cancelled("evalsha", 7, "moveToFinished", "notify");
    is_cancelled("evalsha", 7, "moveToFinished", "submit");
    is_cancelled("hset", 7);
    is_cancelled("hget", 7);
    writes_.on_closed(7, false, writes_second);
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_EQ(told_[0].type, event_type::duplicate_risk);
    EXPECT_EQ(told_[0].client, "10.0.0.5:4000");
    EXPECT_EQ(told_[0].reason, "3 writes sent and not answered when the connection ended: hset, "
                               "moveToFinished (2); queue notify, submit");
    EXPECT_EQ(writes_.total(), 3U);
}

TEST_F(UnansweredWrites, AreNoRiskWhenTheClientLeftOrNothingWasWritten)
{
    is_cancelled("hset", 7);
    writes_.on_closed(7, true, writes_second);
    is_cancelled("hget", 8);
    writes_.on_closed(8, false, writes_second);
    writes_.on_closed(9, false, writes_second);
    EXPECT_TRUE(told_.empty());
    EXPECT_EQ(writes_.total(), 0U);
}

TEST_F(UnansweredWrites, ListAtMostAFewNames)
{
    for (auto const* const each :
         {"set", "hset", "del", "incr", "lpush", "rpush", "sadd", "zadd", "set"})
        is_cancelled(each, 7);
    writes_.on_closed(7, false, writes_second);
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_EQ(told_[0].reason, "9 writes sent and not answered when the connection ended: del, "
                               "hset, incr, lpush, others (3), set (2)");
}

TEST_F(UnansweredWrites, AreToldOfTenConnectionsASecond)
{
    for (std::uint64_t client = 1; client <= 34; ++client) {
        is_cancelled("hset", client);
        writes_.on_closed(client, false, writes_second);
    }
    EXPECT_EQ(told_.size(), 10U);
    EXPECT_EQ(writes_.total(), 34U);
    is_cancelled("hset", 50);
    writes_.on_closed(50, false, 3 * writes_second);
    ASSERT_EQ(told_.size(), 11U);
    EXPECT_EQ(told_.back().left_out, 24U);
}

TEST(MayWrite, IsTrueForScriptsAndTransactionsButNotForWaiting)
{
    auto const is = [](char const* command, bool blocking = false) {
        finished_command what;
        what.command = command::find(command);
        what.blocking = blocking;
        return may_write(what);
    };
    EXPECT_TRUE(is("set"));
    EXPECT_TRUE(is("evalsha"));
    EXPECT_TRUE(is("fcall"));
    EXPECT_TRUE(is("exec"));
    EXPECT_FALSE(is("evalsha_ro"));
    EXPECT_FALSE(is("get"));
    EXPECT_FALSE(is("ping"));
    EXPECT_FALSE(is("bzpopmin", true)) << "it waited, and took nothing yet";
}

}  // namespace
}  // namespace respguard::stats
