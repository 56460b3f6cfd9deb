#include "respguard/stats/error_replies.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace respguard::stats {
namespace {

constexpr std::uint64_t error_second = 1'000'000'000;

class ErrorReplies : public testing::Test {
protected:
    void answers(char const* command, byte_view line, std::uint64_t at_ns = error_second)
    {
        finished_command what;
        what.at_ns = at_ns;
        what.command = command::find(command);
        what.outcome = command_outcome::error;
        what.error = line;
        what.client = {7, "10.0.0.5:4000", "worker", "ops", 8};
        what.script = "addStandardJob";
        what.queue = "notify";
        watch_.tell(what);
    }

    command_watch watch_;
    std::vector<event> told_;
    error_replies replies_{watch_, [this](event what) { told_.push_back(std::move(what)); }};
};

TEST_F(ErrorReplies, AreToldWithWhoWhatAndWhatItMeans)
{
    answers("evalsha", "OOM command not allowed when used memory > 'maxmemory'.");
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_EQ(told_[0].type, event_type::error_reply);
    EXPECT_EQ(told_[0].command, "evalsha");
    EXPECT_EQ(told_[0].error, "OOM");
    EXPECT_NE(told_[0].reason.find("401 Bad token"), std::string::npos);
    EXPECT_EQ(told_[0].script, "addStandardJob");
    EXPECT_EQ(told_[0].queue, "notify");
    EXPECT_EQ(told_[0].client, "10.0.0.5:4000");
    EXPECT_EQ(told_[0].db, 8U);
}

TEST_F(ErrorReplies, NeverShowMoreOfTheLineThanIsRedisOwn)
{
    answers("get", "ERR unknown command 'secret'");
    answers("get", "ERR something about secret");
    answers("get", "WRONGTYPE secret");
    answers("get", "secret without a class");
    ASSERT_EQ(told_.size(), 4U);
    for (auto const& each : told_) {
        EXPECT_EQ(each.error.find("secret"), std::string::npos) << each.error;
        EXPECT_EQ(each.reason.find("secret"), std::string::npos) << each.reason;
    }
    EXPECT_EQ(told_[0].error, "ERR unknown command");
    EXPECT_EQ(told_[1].error, "ERR");
    EXPECT_EQ(told_[3].error, "other");
}

TEST_F(ErrorReplies, AreToldOnceAMinutePerClassAndCommand)
{
    for (int i = 0; i < 100; ++i)
        answers("set", "OOM command not allowed");
    answers("hset", "OOM command not allowed");
    answers("set", "READONLY You can't write");
    EXPECT_EQ(told_.size(), 3U);
    answers("set", "OOM command not allowed", 62 * error_second);
    ASSERT_EQ(told_.size(), 4U);
    EXPECT_EQ(told_.back().left_out, 99U);
}

TEST_F(ErrorReplies, DoNotHearOfOtherCommands)
{
    finished_command good;
    good.at_ns = error_second;
    good.round_trip_ns = 60 * error_second;
    good.request_bytes = good.reply_bytes = 1'000'000'000;
    EXPECT_FALSE(watch_.wanted().takes(good));
    watch_.tell(good);
    EXPECT_TRUE(told_.empty());
}

}  // namespace
}  // namespace respguard::stats
