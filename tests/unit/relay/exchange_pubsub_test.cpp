// Subscriptions: PROTOCOL.md section 5.
#include <gtest/gtest.h>

#include <string>

#include "support/every_split.hpp"
#include "support/exchange_harness.hpp"
#include "support/wire.hpp"

namespace respguard::relay {
namespace {

using test::confirmation;
using test::exchange_harness;
using test::message;
using test::request;

constexpr byte_view hello3 = "%1\r\n$5\r\nproto\r\n:3\r\n";

/// Type byte of confirmations and messages in the protocol version of the test.
class ExchangePubsub : public testing::TestWithParam<char> {
protected:
    ExchangePubsub()
    {
        if (type != '>') return;
        guard.client(request({"HELLO", "3"}));
        guard.upstream(hello3);
        (void)guard.to_client();
        (void)guard.to_upstream();
    }

    /// Both sides say something; the client must see all of it, and nothing may be left over.
    void expect_answered(byte_view asked, byte_view answer)
    {
        guard.client(asked);
        EXPECT_EQ(guard.to_upstream(), asked);
        guard.upstream(answer);
        EXPECT_EQ(guard.to_client(), answer);
        EXPECT_EQ(guard.core().inflight(), 0U) << asked;
        EXPECT_EQ(guard.end(), "");
    }
    [[nodiscard]] std::string confirm(byte_view kind, byte_view channel, int total) const
    {
        return confirmation(type, kind, channel, total);
    }
    [[nodiscard]] bool is_subscribed() const { return guard.core().replied().subscriptions.any(); }

    char type = GetParam();
    exchange_harness guard;
};

INSTANTIATE_TEST_SUITE_P(Resp, ExchangePubsub, testing::Values('*', '>'), [](auto const& version) {
    return std::string(version.param == '*' ? "Two" : "Three");
});

TEST_P(ExchangePubsub, SubscribeIsAnsweredOncePerChannel)
{
    guard.client(request({"SUBSCRIBE", "a", "b", "a"}));
    guard.upstream(confirm("subscribe", "a", 1) + confirm("subscribe", "b", 2));
    EXPECT_EQ(guard.core().inflight(), 1U);
    guard.upstream(confirm("subscribe", "a", 2));
    EXPECT_EQ(guard.core().inflight(), 0U);
    EXPECT_TRUE(is_subscribed());
    EXPECT_EQ(guard.counted("subscribe").calls, 1U);
}

TEST_P(ExchangePubsub, SubscribeWithoutChannelsIsAnOrdinaryError)
{
    expect_answered(request({"SUBSCRIBE"}),
                    "-ERR wrong number of arguments for 'subscribe' command\r\n");
    EXPECT_FALSE(is_subscribed());
}

TEST_P(ExchangePubsub, SubscribeRefusedByAclIsOneError)
{
    guard.client(request({"SUBSCRIBE", "a", "b", "c"}) + request({"PING"}));
    guard.upstream("-NOPERM No permissions to access a channel\r\n+PONG\r\n");
    EXPECT_EQ(guard.to_client(), "-NOPERM No permissions to access a channel\r\n+PONG\r\n");
    EXPECT_EQ(guard.core().inflight(), 0U);
    EXPECT_EQ(guard.counted("subscribe").errors, 1U);
}

TEST_P(ExchangePubsub, MessagesMayComeAnywhere)
{
    auto const m = message(type, "a", "hi");
    auto const sent = confirm("subscribe", "a", 1) + m + confirm("subscribe", "b", 2) + m + m;
    test::for_every_split(sent, [&](test::pieces const& cut) {
        exchange_harness fresh;
        if (type == '>') fresh.client(request({"HELLO", "3"})), fresh.upstream(hello3);
        (void)fresh.to_client();
        fresh.client(request({"SUBSCRIBE", "a", "b"}));
        for (byte_view const piece : cut)
            fresh.upstream(piece);
        EXPECT_EQ(fresh.to_client(), sent) << test::to_string(cut);
        EXPECT_EQ(fresh.core().inflight(), 0U) << test::to_string(cut);
    });
}

TEST_P(ExchangePubsub, PatternsAndChannelsAreCountedApart)
{
    expect_answered(request({"SUBSCRIBE", "a"}), confirm("subscribe", "a", 1));
    expect_answered(request({"PSUBSCRIBE", "p*", "q*"}),
                    confirm("psubscribe", "p*", 2) + confirm("psubscribe", "q*", 3));
    expect_answered(request({"SSUBSCRIBE", "s"}), confirm("ssubscribe", "s", 1));
    expect_answered(request({"UNSUBSCRIBE"}), confirm("unsubscribe", "a", 2));
    expect_answered(request({"SUNSUBSCRIBE"}), confirm("sunsubscribe", "s", 0));
    expect_answered(request({"PUNSUBSCRIBE"}),
                    confirm("punsubscribe", "p*", 1) + confirm("punsubscribe", "q*", 0));
    EXPECT_FALSE(is_subscribed());
}

TEST_P(ExchangePubsub, UnsubscribeAnswersEachNameItIsGiven)
{
    expect_answered(request({"UNSUBSCRIBE", "a", "b"}),
                    confirm("unsubscribe", "a", 0) + confirm("unsubscribe", "b", 0));
}

TEST_P(ExchangePubsub, UnsubscribeFromNothingIsOneAnswer)
{
    expect_answered(request({"UNSUBSCRIBE"}) + request({"PING"}),
                    std::string(1, type) + "3\r\n" + test::bulk("unsubscribe") +
                        (type == '>' ? "_\r\n" : "$-1\r\n") + ":0\r\n+PONG\r\n");
}

TEST_P(ExchangePubsub, UnsubscribeFromAllGoesOnUntilNoneIsLeft)
{
    expect_answered(request({"SUBSCRIBE", "a", "b", "c"}), confirm("subscribe", "a", 1) +
                                                               confirm("subscribe", "b", 2) +
                                                               confirm("subscribe", "c", 3));
    guard.client(request({"UNSUBSCRIBE"}));
    guard.upstream(confirm("unsubscribe", "b", 2) + message(type, "a", "m") +
                   confirm("unsubscribe", "a", 1));
    EXPECT_EQ(guard.core().inflight(), 1U);
    guard.upstream(confirm("unsubscribe", "c", 0));
    EXPECT_EQ(guard.core().inflight(), 0U);
}

TEST_P(ExchangePubsub, UnsubscribeMayBeRefused)
{
    expect_answered(request({"UNSUBSCRIBE"}) + request({"SUBSCRIBE", "a"}),
                    "-NOSUB 'unsubscribe' without subscriptions\r\n" +
                        confirm("subscribe", "a", 1));
}

TEST_P(ExchangePubsub, ResetEndsAllSubscriptions)
{
    expect_answered(request({"SUBSCRIBE", "a"}), confirm("subscribe", "a", 1));
    expect_answered(request({"RESET"}), "+RESET\r\n");
    EXPECT_FALSE(is_subscribed());
    EXPECT_EQ(guard.core().replied().resp, 2);
}

TEST_P(ExchangePubsub, AConfirmationThatDoesNotFitEndsTheConnection)
{
    guard.client(request({"SUBSCRIBE", "a"}));
    guard.upstream(":1\r\n");
    EXPECT_EQ(guard.end(), "upstream: reply does not fit the request");
}

TEST_P(ExchangePubsub, ASlotThatMovesAwayIsNoAnswer)
{
    expect_answered(request({"SSUBSCRIBE", "a", "b"}),
                    confirm("ssubscribe", "a", 1) + confirm("ssubscribe", "b", 2));
    guard.client(request({"PING"}));
    guard.upstream(confirm("sunsubscribe", "a", 1));
    EXPECT_EQ(guard.core().inflight(), 1U);
    guard.upstream(confirm("sunsubscribe", "b", 0) + "+PONG\r\n");
    EXPECT_EQ(guard.core().inflight(), 0U);
    EXPECT_FALSE(is_subscribed());
}

TEST_P(ExchangePubsub, AreTimedFromTheLastByteToTheLastConfirmation)
{
    guard.client(request({"SUBSCRIBE", "a", "b"}));
    guard.now_ns = 2'000;
    guard.upstream(confirm("subscribe", "a", 1));
    guard.now_ns = 5'000;
    guard.upstream(byte_view(confirm("subscribe", "b", 2)).substr(0, 20));
    guard.now_ns = 9'000;
    guard.upstream(byte_view(confirm("subscribe", "b", 2)).substr(20));
    EXPECT_EQ(guard.counted("subscribe").round_trip.max_ns(), 8'000U);
}

TEST(ExchangePubsubResp2, PingAnswersWithAnArrayWhileSubscribed)
{
    exchange_harness guard;
    guard.client(request({"SUBSCRIBE", "a"}) + request({"PING"}) + request({"GET", "x"}));
    auto const sent = confirmation('*', "subscribe", "a", 1) + message('*', "a", "m") + "*2\r\n" +
                      test::bulk("pong") + test::bulk("") + message('*', "a", "n") +
                      "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / ...\r\n";
    guard.upstream(sent);
    EXPECT_EQ(guard.to_client(), sent);
    EXPECT_EQ(guard.core().inflight(), 0U);
    EXPECT_EQ(guard.counted("ping").calls, 1U);
    EXPECT_EQ(guard.counted().counters.pushes_total, 2U);
}

TEST(ExchangePubsubResp2, InvalidationsHaveAnArrayOrANullInTheirMessage)
{
    exchange_harness guard;
    guard.client(request({"SUBSCRIBE", "__redis__:invalidate"}));
    guard.upstream(confirmation('*', "subscribe", "__redis__:invalidate", 1));
    (void)guard.to_client();
    auto const begin = "*3\r\n" + test::bulk("message") + test::bulk("__redis__:invalidate");
    auto const sent = begin + "*1\r\n" + test::bulk("key") + begin + "*-1\r\n";
    guard.upstream(sent);
    EXPECT_EQ(guard.to_client(), sent);
    EXPECT_EQ(guard.end(), "");
}

TEST(ExchangePubsubResp2, HelloTwoChangesTheTypeOfMessages)
{
    exchange_harness guard;
    guard.client(request({"HELLO", "3"}) + request({"SUBSCRIBE", "a"}) + request({"HELLO", "2"}));
    guard.upstream(std::string(hello3) + confirmation('>', "subscribe", "a", 1) + "*2\r\n" +
                   test::bulk("proto") + ":2\r\n");
    (void)guard.to_client();
    EXPECT_EQ(guard.core().replied().resp, 2);
    guard.upstream(message('*', "a", "m"));
    EXPECT_EQ(guard.to_client(), message('*', "a", "m"));
    EXPECT_EQ(guard.end(), "");
}

}  // namespace
}  // namespace respguard::relay
