#include <gtest/gtest.h>

#include <vector>

#include "app/shard_notices.hpp"

namespace respguard::app {
namespace {

class ShardNotices : public testing::Test {
protected:
    void ends(side by, std::uint64_t errors, std::uint64_t rejected = 0, int times = 5)
    {
        relay::client_info client;
        client.id = 7;
        client.address = "10.0.0.5:4000";
        relay::closed_client how;
        how.by = by;
        how.reason = "closed";
        how.errors = errors;
        how.rejected = rejected;
        how.orderly = errors == 0;
        for (int i = 0; i < times; ++i)
            notices_.on_closed(client, how);
    }

    stats::command_watch watch_;
    std::vector<stats::event> told_;
    shard_notices notices_{watch_, [this](stats::event what) { told_.push_back(std::move(what)); }};
};

TEST_F(ShardNotices, TellsClientsThatReconnectBehindErrors)
{
    ends(side::client, 1);
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_EQ(told_[0].type, stats::event_type::reconnects);
    EXPECT_EQ(notices_.counts().reconnects_total, 1U);
}

TEST_F(ShardNotices, LeavesWhatARuleRefusedToTheStormDetector)
{
    ends(side::client, 1, 1, 100);
    ends(side::guard, 1, 0, 100);
    EXPECT_TRUE(told_.empty());
}

TEST_F(ShardNotices, TellsThatUpstreamTakesNoMoreConnections)
{
    relay::closed_client how;
    how.by = side::upstream;
    how.reason = "refused by upstream";
    notices_.on_closed({}, how);
    notices_.on_closed({}, how);
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_EQ(told_[0].error, "refused connection");
    EXPECT_NE(told_[0].reason.find("maxclients"), std::string::npos);
}

TEST_F(ShardNotices, TellsWritesThatUpstreamLeftUnanswered)
{
    stats::finished_command what;
    what.command = command::find("set");
    what.outcome = stats::command_outcome::cancelled;
    what.client.id = 7;
    watch_.tell(what);
    ends(side::upstream, 0, 0, 1);
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_EQ(told_[0].type, stats::event_type::duplicate_risk);
    EXPECT_EQ(notices_.counts().unanswered_writes_total, 1U);
}

}  // namespace
}  // namespace respguard::app
