#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include "relay/connection_state.hpp"

namespace respguard::relay {
namespace {

TEST(SubscriptionCounts, TellChannelsFromPatternsByTheirSum)
{
    subscription_counts counts;
    counts.note("subscribe", 1);
    counts.note("psubscribe", 2);
    counts.note("subscribe", 3);
    EXPECT_EQ(counts.of("unsubscribe"), 2);
    EXPECT_EQ(counts.of("punsubscribe"), 1);
    counts.note("unsubscribe", 2);
    counts.note("unsubscribe", 1);
    EXPECT_EQ(counts.of("subscribe"), 0);
    EXPECT_TRUE(counts.any());
    counts.note("punsubscribe", 0);
    EXPECT_FALSE(counts.any());
}

TEST(SubscriptionCounts, CountShardedChannelsApart)
{
    subscription_counts counts;
    counts.note("subscribe", 5);
    counts.note("ssubscribe", 1);
    EXPECT_EQ(counts.of("sunsubscribe"), 1);
    EXPECT_EQ(counts.of("unsubscribe"), 5);
    counts.note("sunsubscribe", 0);
    EXPECT_TRUE(counts.any());
    counts.clear();
    EXPECT_FALSE(counts.any());
}

TEST(SubscriptionCounts, AreNeverNegative)
{
    subscription_counts counts;
    counts.note("psubscribe", 3);
    counts.note("unsubscribe", 1);
    EXPECT_EQ(counts.of("unsubscribe"), 0);
}

TEST(Kinds, AreTold)
{
    for (byte_view const kind : {"subscribe", "psubscribe", "ssubscribe"}) {
        EXPECT_TRUE(is_subscribe_kind(kind));
        EXPECT_FALSE(is_unsubscribe_kind(kind));
    }
    for (byte_view const kind : {"unsubscribe", "punsubscribe", "sunsubscribe"}) {
        EXPECT_TRUE(is_unsubscribe_kind(kind));
        EXPECT_FALSE(is_message_kind(kind));
    }
    for (byte_view const kind : {"message", "pmessage", "smessage"})
        EXPECT_TRUE(is_message_kind(kind));
    for (byte_view const kind : {"", "Message", "messages", "invalidate"}) {
        EXPECT_FALSE(is_message_kind(kind) || is_subscribe_kind(kind) || is_unsubscribe_kind(kind));
    }
}

client_identity::staged_value named(char const* name)
{
    client_identity::staged_value value;
    value.name = name;
    return value;
}

TEST(ReplyState, SettlesNamesInTheirOrder)
{
    reply_state state;
    state.settle_identity(true);
    EXPECT_EQ(state.identity, nullptr);
    state.identity = std::make_unique<client_identity>();
    state.identity->staged.push_back(named("a"));
    state.identity->staged.push_back(named("b"));
    state.settle_identity(false);
    EXPECT_EQ(state.identity->name.value, "");
    state.settle_identity(true);
    EXPECT_EQ(state.identity->name.value, "b");
    state.settle_identity(true);
    EXPECT_EQ(state.identity->name.value, "b");
}

TEST(SubscriptionCounts, TakesNoNonsenseForASubscription)
{
    subscription_counts counts;
    counts.note("subscribe", -3);
    counts.note("ssubscribe", std::numeric_limits<std::int64_t>::min());
    EXPECT_FALSE(counts.any());
    counts.note("psubscribe", std::numeric_limits<std::int64_t>::max());
    EXPECT_TRUE(counts.any());
    EXPECT_GT(counts.of("psubscribe"), 0);
}

TEST(ReplyState, ResetKeepsWhatIsStillInFlight)
{
    reply_state state;
    state.resp = 3;
    state.replies_off = true;
    state.db = 7;
    state.db_in_multi = 8;
    state.subscriptions.note("subscribe", 1);
    state.identity = std::make_unique<client_identity>();
    state.identity->name.value = "old";
    state.identity->staged.push_back(named("new"));
    state.reset(0);
    EXPECT_EQ(state.resp, 2);
    EXPECT_FALSE(state.silent());
    EXPECT_EQ(state.db, 0U);
    EXPECT_FALSE(state.db_in_multi);
    EXPECT_FALSE(state.subscriptions.any());
    EXPECT_EQ(state.identity->name.value, "");
    EXPECT_EQ(state.identity->staged.size(), 1U);
}

TEST(ReplyState, IsSilentForOffAndForSkip)
{
    reply_state state;
    EXPECT_FALSE(state.silent());
    state.skip_next = true;
    EXPECT_TRUE(state.silent());
    state.skip_next = false;
    state.replies_off = true;
    EXPECT_TRUE(state.silent());
}

}  // namespace
}  // namespace respguard::relay
