#include "respguard/stats/near_limits.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace respguard::stats {
namespace {

constexpr std::uint64_t near_mib = 1024 * 1024;

class NearLimits : public testing::Test {
protected:
    NearLimits()
    {
        size_limits limits;
        limits.requests.assign(command::table().size(), {2 * near_mib, "rule size-2mb"});
        limits.replies.assign(command::table().size(), {});
        limits.replies[command::find("lrange")] = {10 * near_mib, "rule upstash-reply"};
        limits.argument = {512 * near_mib, "limits.argument"};
        near_.replace(limits);
    }
    void passes(char const* command, std::uint64_t request, std::uint64_t reply,
                char const* family = "", byte_view bytes = {})
    {
        finished_command what;
        what.at_ns = 1'000'000'000;
        what.command = command::find(command);
        what.request_bytes = request;
        what.reply_bytes = reply;
        what.family = family;
        what.request = bytes;
        watch_.tell(what);
    }

    command_watch watch_;
    std::vector<event> told_;
    near_limits near_{watch_, [this](event what) { told_.push_back(std::move(what)); }};
};

TEST_F(NearLimits, AreToldFromHalfOfTheLimitOn)
{
    passes("hset", near_mib - 100, 5);
    EXPECT_TRUE(told_.empty());
    passes("hset", near_mib + near_mib / 5, 5, "iaq:*");
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_EQ(told_[0].type, event_type::near_limit);
    EXPECT_EQ(told_[0].command, "hset");
    EXPECT_EQ(told_[0].family, "iaq:*");
    EXPECT_EQ(told_[0].request_bytes, near_mib + near_mib / 5);
    EXPECT_EQ(told_[0].reply_bytes, 0U);
    EXPECT_EQ(told_[0].reason,
              "request of 1.1 MB is 60 % of 2mb (rule size-2mb); EmailEngine: a mail to be sent is "
              "kept whole; EENGINE_MAX_SIZE bounds attachments, EENGINE_MAX_BODY_SIZE the request");
    EXPECT_EQ(near_.requests()[1], 1U);
}

TEST_F(NearLimits, AreToldAgainWhenTheyComeNearer)
{
    passes("hset", near_mib + near_mib / 5, 5);
    passes("hset", near_mib + near_mib / 5, 5);
    EXPECT_EQ(told_.size(), 1U);
    passes("hset", 2 * near_mib - 100, 5);
    ASSERT_EQ(told_.size(), 2U);
    EXPECT_EQ(near_.requests(), (near_limits::counts{1, 2}));
}

TEST_F(NearLimits, KnowsLimitsOfReplies)
{
    passes("get", 30, 100 * near_mib);
    EXPECT_TRUE(told_.empty()) << "no limit for this command";
    passes("lrange", 30, 9 * near_mib, "iam:*:g");
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_EQ(told_[0].reply_bytes, 9 * near_mib);
    EXPECT_EQ(told_[0].reason.rfind("reply of 9.0 MB is 90 % of 10mb (rule upstash-reply)", 0), 0U)
        << told_[0].reason;
    EXPECT_EQ(near_.replies(), (near_limits::counts{1, 0}));
}

TEST_F(NearLimits, LooksAtTheLongestArgumentWhereOneArgumentIsLimited)
{
    size_limits limits;
    limits.argument = {4 * near_mib, "limits.argument"};
    near_.replace(limits);
    passes("set", 3 * near_mib, 5, "", "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3145728\r\nxxxx");
    passes("mset", 3 * near_mib, 5, "", "*9999\r\n$4\r\nMSET\r\n$1\r\nk\r\n$5\r\nxxxxx\r\n");
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_EQ(told_[0].command, "set");
}

TEST_F(NearLimits, WantsToHearOnlyOfWhatMayBeNear)
{
    EXPECT_GE(watch_.wanted().request_bytes, near_mib - 100);
    EXPECT_EQ(watch_.wanted().round_trip_ns, command_interest::never);
    near_.replace({});
    EXPECT_EQ(watch_.wanted().request_bytes, command_interest::never);
    EXPECT_EQ(watch_.wanted().reply_bytes, command_interest::never);
}

TEST(SizeAdvice, NamesEmailEnginesOwnSettings)
{
    EXPECT_NE(size_advice("notify", "bull:notify:*").find("notifyTextSize"), std::string::npos);
    EXPECT_NE(size_advice("", "iaq:*").find("EENGINE_MAX_SIZE"), std::string::npos);
    EXPECT_NE(size_advice("", "iam:*:g").find("log"), std::string::npos);
    EXPECT_EQ(size_advice("other", "cache:*"), "");
}

}  // namespace
}  // namespace respguard::stats
