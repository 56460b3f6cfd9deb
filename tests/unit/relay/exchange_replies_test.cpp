// Which frames of upstream reach the client, and to which request they belong.
#include <gtest/gtest.h>

#include <string>

#include "support/every_split.hpp"
#include "support/exchange_harness.hpp"
#include "support/wire.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::relay {
namespace {

using test::exchange_harness;
using test::request;

/// What the client gets of `sent` after `asked`, which must not depend on how it was cut.
void expect_passed(byte_view asked, byte_view sent, byte_view wanted, byte_view end = "")
{
    test::for_every_split(sent, [&](test::pieces const& cut) {
        exchange_harness guard;
        guard.client(asked);
        for (byte_view const piece : cut)
            guard.upstream(piece);
        EXPECT_EQ(guard.to_client(), wanted) << test::to_string(cut);
        EXPECT_EQ(guard.end(), end) << test::to_string(cut);
        if (!end.empty()) return;
        EXPECT_EQ(guard.core().inflight(), 0U) << test::to_string(cut);
    });
}

std::string pings(int count)
{
    std::string bytes;
    for (int i = 0; i < count; ++i)
        bytes += request({"PING"});
    return bytes;
}

TEST(ExchangeReplies, PassEveryTypeUnchanged)
{
    std::string const replies[] = {
        "+OK\r\n",
        "-ERR x\r\n",
        ":-5\r\n",
        "$0\r\n\r\n",
        "$-1\r\n",
        "*-1\r\n",
        "*0\r\n",
        "*2\r\n*1\r\n$1\r\na\r\n_\r\n",
        "_\r\n",
        "#t\r\n",
        ",-nan\r\n",
        "(123456789012345678901234567890\r\n",
        "=7\r\ntxt:abc\r\n",
        "!5\r\nERR x\r\n",
        "%1\r\n+a\r\n:1\r\n",
        "~1\r\n:1\r\n",
        "|1\r\n+ttl\r\n:3600\r\n$1\r\nv\r\n",
        "*?\r\n:1\r\n.\r\n",
        "$?\r\n;3\r\nabc\r\n;0\r\n",
    };
    std::string all;
    int count = 0;
    for (auto const& reply : replies) {
        all += reply;
        ++count;
    }
    expect_passed(pings(count), all, all);
}

TEST(ExchangeReplies, PassPushesThatBelongToNoRequest)
{
    auto const pushes =
        ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n" + test::message('>', "c", "m") +
        ">2\r\n$21\r\ntracking-redir-broken\r\n:5\r\n>1\r\n:1\r\n>0\r\n>1\r\n*0\r\n";
    expect_passed("", pushes, pushes);
    exchange_harness guard;
    guard.client(pings(1));
    guard.upstream(pushes + "+PONG\r\n" + pushes);
    EXPECT_EQ(guard.to_client(), pushes + "+PONG\r\n" + pushes);
    EXPECT_EQ(guard.core().inflight(), 0U);
    EXPECT_EQ(guard.counted().counters.pushes_total, 12U);
    EXPECT_EQ(guard.counted("ping").reply_bytes, 7U);
}

TEST(ExchangeReplies, DoNotCountPushesInsideThem)
{
    auto const nested = "*2\r\n" + test::message('>', "c", "m") + "_\r\n" +
                        test::message('>', "c", "n") + "$1\r\na\r\n";
    expect_passed(pings(2), nested + "+PONG\r\n", nested + "+PONG\r\n");
}

TEST(ExchangeReplies, AListThatLooksLikeAMessageIsOne)
{
    auto const list = test::message('*', "a", "b") + test::confirmation('*', "subscribe", "a", 1);
    expect_passed(pings(2), list, list);
}

TEST(ExchangeReplies, OneTooManyEndsTheConnection)
{
    expect_passed(pings(1), "+PONG\r\n+EXTRA\r\n", "+PONG\r\n+EXTRA\r\n",
                  "upstream: reply without a request");
    expect_passed("", "+HELLO\r\n", "+HELLO\r\n", "upstream: reply without a request");
    expect_passed("", "*1\r\n$7\r\nmessage\r\n", "*1\r\n$7\r\nmessage\r\n",
                  "upstream: reply without a request");
}

TEST(ExchangeReplies, OneTooManyStopsRequestsFromItsFirstByte)
{
    exchange_harness guard;
    guard.upstream("$5\r\nab");
    guard.client(request({"GET", "a"}));
    EXPECT_EQ(guard.to_upstream(), "") << "its reply could not be told from this one";
    guard.upstream("cde\r\n");
    EXPECT_EQ(guard.end(), "upstream: reply without a request");
}

TEST(ExchangeReplies, AnErrorBeforeEverythingElseIsUpstreamSayingWhyItHangsUp)
{
    for (byte_view const text : {"-ERR max number of clients reached\r\n",
                                 "-DENIED Redis is running in protected mode\r\n"}) {
        expect_passed("", text, text, "upstream: refused by upstream");
    }
    exchange_harness guard;
    guard.client(pings(1));
    guard.upstream("+PONG\r\n-ERR late\r\n");
    EXPECT_EQ(guard.end(), "upstream: reply without a request");
    EXPECT_EQ(guard.core().end()->how, exchange_end::manner::flushed);
}

TEST(ExchangeReplies, MalformedOnesEndTheConnection)
{
    exchange_harness guard;
    guard.client(pings(2));
    guard.upstream("+PONG\r\n?x\r\n");
    EXPECT_EQ(guard.to_client(), "+PONG\r\n");
    EXPECT_EQ(guard.end(), "upstream: unknown type byte");
    EXPECT_EQ(guard.core().end()->how, exchange_end::manner::flushed);
    EXPECT_EQ(guard.counted().counters.upstream_protocol_errors_total, 1U);
}

TEST(ExchangeReplies, OfAnyLengthPassAsTheyCome)
{
    exchange_harness guard;
    guard.client(pings(3));
    std::string const part(10'000, 'x');
    for (byte_view const begin : {"$1000000\r\n", "+", "-ERR "}) {
        guard.upstream(begin);
        std::size_t shown = guard.to_client().size();
        for (int i = 0; i < 100; ++i) {
            guard.upstream(part);
            shown += guard.to_client().size();
        }
        EXPECT_EQ(shown, begin.size() + 1'000'000) << "nothing is held back";
        guard.upstream("\r\n");
        EXPECT_EQ(guard.to_client(), "\r\n");
    }
    EXPECT_EQ(guard.core().inflight(), 0U);
}

TEST(ExchangeReplies, BehindAnAttributePushesAreStillPushes)
{
    auto const sent = "|1\r\n+a\r\n+b\r\n" + test::message('>', "c", "m") + "+PONG\r\n";
    expect_passed(pings(1), sent, sent);
    auto const alone = "|1\r\n+a\r\n+b\r\n" + test::message('>', "c", "m");
    expect_passed("", alone, alone);
}

TEST(ExchangeReplies, BehindAnAttributeConfirmationsAreStillConfirmations)
{
    auto const sent = "|1\r\n+a\r\n+b\r\n" + test::confirmation('>', "subscribe", "c", 1);
    expect_passed(request({"SUBSCRIBE", "c"}), sent, sent);
}

TEST(ExchangeReplies, AnAttributeInsideAPushDoesNotHideItsKindForLong)
{
    exchange_harness guard;
    guard.upstream(">2\r\n|1\r\n$1000000\r\n");
    std::string const part(100'000, 'x');
    for (int i = 0; i < 10; ++i)
        guard.upstream(part);
    EXPECT_GT(guard.to_client().size(), 900'000U) << "it would be kept in memory";
}

// --- what is counted

TEST(ExchangeReplies, CountErrorsByTheirFirstWord)
{
    exchange_harness guard;
    guard.client(request({"GET", "a"}) + request({"GET", "b"}) + request({"EVAL", "x", "0"}) +
                 request({"GET", "c"}));
    guard.upstream(
        "-WRONGTYPE Operation against a key\r\n-WRONGTYPE again\r\n!6\r\nERR no\r\n$-1\r\n");
    EXPECT_EQ(guard.counted("get").calls, 3U);
    EXPECT_EQ(guard.counted("get").errors, 2U);
    EXPECT_EQ(guard.counted("eval").errors, 1U);
    EXPECT_EQ(guard.core().counted().errors, 3U);
    auto const errors = guard.counted().errors();
    ASSERT_GE(errors.size(), 1U);
    EXPECT_EQ(errors[0].error, "WRONGTYPE");
    EXPECT_EQ(errors[0].count, 2U);
    EXPECT_EQ(errors[0].command, command::find("get"));
}

TEST(ExchangeReplies, CountWhatTheConnectionCarried)
{
    exchange_harness guard;
    auto const sent = request({"GET", "a"}) + request({"NOSUCH"});
    guard.client(sent);
    guard.upstream("$1\r\nb\r\n-ERR unknown\r\n");
    EXPECT_EQ(guard.core().counted().commands, 2U);
    EXPECT_EQ(guard.core().counted().request_bytes, sent.size());
    EXPECT_EQ(guard.core().counted().reply_bytes, 21U);
    EXPECT_EQ(guard.counted("other").calls, 1U);
    EXPECT_EQ(guard.counted().reply_sizes.count, 2U);
    EXPECT_EQ(guard.counted().request_sizes.count, 2U);
    EXPECT_EQ(guard.core().replies_completed(), 2U);
}

TEST(ExchangeReplies, ThatNeverCameAreCountedAsCancelled)
{
    auto const rules =
        policy::test::compiled({policy::test::rule("f", {"flushall"}, policy::action::reject)});
    exchange_harness guard(rules);
    guard.client(request({"BLPOP", "l", "0"}) + request({"FLUSHALL"}) + request({"GET", "a"}));
    EXPECT_EQ(guard.core().inflight(), 3U);
    EXPECT_EQ(guard.core().owed_by_upstream(), 2U);
    guard.core().abandon();
    EXPECT_EQ(guard.counted("blpop").cancelled, 1U);
    EXPECT_EQ(guard.counted("get").cancelled, 1U);
    EXPECT_EQ(guard.counted("flushall").cancelled, 0U);
    EXPECT_EQ(guard.core().inflight(), 0U);
    EXPECT_EQ(guard.core().owed_by_upstream(), 0U);
}

}  // namespace
}  // namespace respguard::relay
