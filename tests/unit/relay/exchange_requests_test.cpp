// How requests are found, held, streamed and rewritten.
#include <gtest/gtest.h>

#include <string>

#include "support/every_split.hpp"
#include "support/exchange_harness.hpp"
#include "support/wire.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::relay {
namespace {

using policy::action;
using policy::test::compiled;
using policy::test::rule;
using test::exchange_harness;
using test::request;

/// The header of a request and its name, without the other arguments.
std::string begin_of(int arguments, byte_view name)
{
    return "*" + std::to_string(arguments) + "\r\n" + test::bulk(name);
}

/// What upstream gets of `sent`, which must not depend on how it was cut.
void expect_forwarded(byte_view sent, byte_view wanted)
{
    test::for_every_split(sent, [&](test::pieces const& cut) {
        exchange_harness guard;
        for (byte_view const piece : cut)
            guard.client(piece);
        EXPECT_EQ(guard.to_upstream(), wanted) << test::to_string(cut);
        EXPECT_EQ(guard.held_bytes(), 0U) << test::to_string(cut);
        EXPECT_EQ(guard.to_client(), "") << test::to_string(cut);
    });
}

TEST(ExchangeRequests, ForwardsCanonicalBytesAsTheyCame)
{
    auto const sent = request({"SET", "key", "a\r\n*1\r\n$4\r\nPING\r\n"}) + request({"PING"}) +
                      request({"GET", ""}) + request({"MULTI"}) + request({"EXEC"});
    expect_forwarded(sent, sent);
}

TEST(ExchangeRequests, RewritesBytesThatRedisDoesNotLookAt)
{
    expect_forwarded("*2\rX$4\rYECHOZZ$1\r\nqQQ*1\r\n$4\r\nPINGXY",
                     request({"ECHO", "q"}) + request({"PING"}));
}

TEST(ExchangeRequests, RewritesInlineRequests)
{
    expect_forwarded("SET  \"a\\x00b\" 'c d'\r\n\v\tPING\n",
                     request({"SET", byte_view("a\0b", 3), "c d"}) + request({"PING"}));
}

TEST(ExchangeRequests, PatchesTheEndOfAStreamedBody)
{
    expect_forwarded("*2\r\n$4\r\nECHO\r\n$10\r\n0123456789XYPING\r\n",
                     request({"ECHO", "0123456789"}) + request({"PING"}));
}

TEST(ExchangeRequests, ForwardsNothingOfAnUndecidedRequest)
{
    exchange_harness guard;
    guard.client(begin_of(3, "SET") + test::bulk("key"));
    EXPECT_EQ(guard.to_upstream(), "");
    guard.client("$1000000\r");
    EXPECT_EQ(guard.to_upstream(), "");
    guard.client("\n");
    EXPECT_EQ(guard.to_upstream(), begin_of(3, "SET") + test::bulk("key") + "$1000000\r\n");
}

TEST(ExchangeRequests, HoldsNothingOfADecidedBody)
{
    exchange_harness guard;
    guard.client(begin_of(2, "ECHO") + "$1000000\r\n");
    ASSERT_NE(guard.to_upstream(), "");
    std::string const part(1000, 'x');
    for (int i = 0; i < 1000; ++i) {
        guard.client(part);
        ASSERT_EQ(guard.to_upstream(), part);
        ASSERT_EQ(guard.held_bytes(), 0U);
    }
    EXPECT_TRUE(guard.core().in_request());
    guard.client("\r\n");
    EXPECT_FALSE(guard.core().in_request());
    EXPECT_EQ(guard.core().inflight(), 1U);
}

TEST(ExchangeRequests, HoldsRequestsWhoseArgumentsDecide)
{
    for (byte_view const name : {"SELECT", "AUTH", "HELLO", "QUIT", "EXEC", "DISCARD", "RESET"}) {
        exchange_harness guard;
        guard.client(begin_of(2, name) + "$1\r\n");
        EXPECT_EQ(guard.to_upstream(), "") << name;
        guard.client("3\r\n");
        EXPECT_EQ(guard.to_upstream(), request({name, "3"})) << name;
    }
}

TEST(ExchangeRequests, LooksForTheOptionsOfXreadBeforeForwarding)
{
    exchange_harness guard;
    guard.client(begin_of(6, "XREAD") + test::bulk("BLOCK") + test::bulk("0") +
                 test::bulk("STREAMS") + test::bulk("s") + "$1\r\n");
    EXPECT_EQ(guard.to_upstream(), "");
    guard.client("$\r\n");
    EXPECT_TRUE(guard.core().queue().front().blocking);
}

// --- more than may be held, without a rule that could refuse it

std::string large_del(std::size_t keys, byte_view key = "0123456789")
{
    std::string bytes = begin_of(static_cast<int>(keys) + 1, "DEL");
    for (std::size_t i = 0; i < keys; ++i)
        bytes += test::bulk(key);
    return bytes;
}

TEST(ExchangeRequests, PassesARequestThatIsTooLargeToBeHeld)
{
    exchange_harness guard({}, test::small_hold());
    auto const sent = large_del(20'000);
    std::string got;
    for (std::size_t at = 0; at < sent.size(); at += 1'000) {
        guard.client(byte_view(sent).substr(at, 1'000));
        ASSERT_LE(guard.held_bytes(), test::small_hold_bytes + 1'000) << at;
        got += guard.to_upstream();
    }
    EXPECT_TRUE(got == sent);
    EXPECT_EQ(guard.held_bytes(), 0U);
    ASSERT_EQ(guard.core().inflight(), 1U);
    EXPECT_TRUE(guard.core().queue().front().stamped);
    EXPECT_EQ(guard.counted("del").request_bytes, sent.size());
    guard.upstream(":20000\r\n");
    EXPECT_EQ(guard.to_client(), ":20000\r\n");
    EXPECT_EQ(guard.counted("del").calls, 1U);
}

TEST(ExchangeRequests, RewritesOddHeadersWhileARequestPasses)
{
    exchange_harness guard({}, test::small_hold());
    auto const before =
        begin_of(5'003, "DEL") + large_del(5'000).substr(begin_of(5'001, "DEL").size());
    test::for_some_splits("$3\rXaaaYY$0\r\n\r\nPING\r\n", [&](test::pieces const& cut) {
        exchange_harness passing({}, test::small_hold());
        passing.client(before);
        EXPECT_TRUE(passing.to_upstream() == before);
        std::string got;
        for (byte_view const piece : cut)
            passing.client(piece);
        EXPECT_EQ(passing.to_upstream(), "$3\r\naaa\r\n$0\r\n\r\n" + request({"PING"}))
            << test::to_string(cut);
        EXPECT_EQ(passing.core().inflight(), 2U);
    });
}

TEST(ExchangeRequests, EndsWhenAPassingRequestBecomesMalformed)
{
    exchange_harness guard({}, test::small_hold());
    guard.client(request({"GET", "a"}) + large_del(5'001).substr(0, large_del(5'000).size()) +
                 "x1\r\n");
    EXPECT_EQ(guard.core().owed_by_upstream(), 1U) << "upstream owes nothing for the broken one";
    EXPECT_FALSE(guard.core().reads_requests());
    EXPECT_EQ(guard.end(), "");
    guard.upstream("$1\r\nb\r\n");
    EXPECT_EQ(guard.to_client(), "$1\r\nb\r\n-ERR Protocol error: expected '$', got 'x'\r\n");
    EXPECT_EQ(guard.end(), "client: protocol error");
    EXPECT_EQ(guard.core().end()->how, exchange_end::manner::flushed);
}

TEST(ExchangeRequests, EndsWhenAPassingRequestBecomesMalformedWhileItIsAnswered)
{
    exchange_harness guard({}, test::small_hold());
    guard.client(large_del(5'001).substr(0, large_del(5'000).size()));
    guard.upstream("-ERR Protocol error: unauth");
    guard.client("x1\r\n");
    EXPECT_EQ(guard.end(), "");
    guard.upstream("enticated multibulk length\r\n");
    EXPECT_EQ(guard.to_client(), "-ERR Protocol error: unauthenticated multibulk length\r\n"
                                 "-ERR Protocol error: expected '$', got 'x'\r\n");
    EXPECT_EQ(guard.end(), "client: protocol error");
}

TEST(ExchangeRequests, TakesAnAnswerToARequestThatIsNotWhole)
{
    exchange_harness guard({}, test::small_hold());
    auto const sent = large_del(5'001);
    guard.client(sent.substr(0, large_del(5'000).size()));
    guard.upstream("-ERR Protocol error: unauthenticated multibulk length\r\n");
    EXPECT_EQ(guard.to_client(), "-ERR Protocol error: unauthenticated multibulk length\r\n");
    EXPECT_EQ(guard.core().inflight(), 0U);
    guard.client(sent.substr(large_del(5'000).size()) + request({"PING"}));
    EXPECT_EQ(guard.core().inflight(), 1U);
    EXPECT_EQ(guard.counted("del").round_trip.count(), 0U) << "no round trip to speak of";
    guard.upstream("+PONG\r\n");
    EXPECT_EQ(guard.counted("ping").round_trip.count(), 1U);
}

TEST(ExchangeRequests, TakesAnAnswerWhileABodyIsStreamed)
{
    exchange_harness guard;
    guard.client(begin_of(2, "ECHO") + "$20000\r\nabc");
    guard.upstream("-NOAUTH Authentication required.\r\n");
    EXPECT_EQ(guard.to_client(), "-NOAUTH Authentication required.\r\n");
    EXPECT_EQ(guard.end(), "");
}

// --- strange sizes

TEST(ExchangeRequests, DoesNotForwardTheHeaderOfANameThatIsNotThere)
{
    exchange_harness guard;
    guard.client("*1\r\n$536870912\r\n" + std::string(name_bytes_max - 1, 'x'));
    EXPECT_EQ(guard.to_upstream(), "");
    guard.client("x");
    EXPECT_EQ(guard.to_upstream(), "*1\r\n$536870912\r\n" + std::string(name_bytes_max, 'x'));
    EXPECT_EQ(guard.core().queue().front().command, command::other);
}

TEST(ExchangeRequests, WaitsForTheArgumentsOfTheLargestCount)
{
    exchange_harness guard;
    guard.client("*2147483647\r\n" + test::bulk("DEL"));
    EXPECT_EQ(guard.to_upstream(), "");
    EXPECT_EQ(guard.end(), "");
    guard.client("*1\r\n");
    EXPECT_EQ(guard.to_client(), "-ERR Protocol error: expected '$', got '*'\r\n");
}

TEST(ExchangeRequests, KnowsTheConfiguredLengthOfArguments)
{
    relay_settings settings;
    settings.bulk_bytes = 1024 * 1024;
    exchange_harness guard({}, settings);
    guard.client("*1\r\n$1048577\r\n");
    EXPECT_EQ(guard.to_client(), "-ERR Protocol error: invalid bulk length\r\n");
}

// --- what is not forwarded

TEST(ExchangeRequests, AnswersProtocolErrorsInTheirTurn)
{
    struct {
        byte_view sent, error;
    } const cases[] = {
        {"*x\r\n", "invalid multibulk length"},
        {"*1\r\n:3\r\n", "expected '$', got ':'"},
        {"*1\r\n$-1\r\n", "invalid bulk length"},
        {"ECHO \"a\r\n", "unbalanced quotes in request"},
        {byte_view("*1\0\r\n", 5), "too big mbulk count string"},
        {byte_view("*1\r\n$\0\r\n", 8), "too big bulk count string"},
        {byte_view("PI\0NG\r\n", 7), "too big inline request"},
    };
    for (auto const& each : cases) {
        test::for_every_split(request({"PING"}) + std::string(each.sent), [&](auto const& cut) {
            exchange_harness guard;
            for (byte_view const piece : cut)
                guard.client(piece);
            EXPECT_EQ(guard.to_upstream(), request({"PING"}));
            EXPECT_EQ(guard.to_client(), "") << each.error;
            EXPECT_EQ(guard.end(), "") << each.error;
            guard.upstream("+PONG\r\n");
            EXPECT_EQ(guard.to_client(),
                      "+PONG\r\n-ERR Protocol error: " + std::string(each.error) + "\r\n");
            EXPECT_EQ(guard.end(), "client: protocol error");
            EXPECT_EQ(guard.counted().counters.protocol_errors_total, 1U);
        });
    }
}

TEST(ExchangeRequests, ReadsNothingBehindAProtocolError)
{
    exchange_harness guard;
    guard.client("*x\r\n" + request({"PING"}));
    EXPECT_EQ(guard.to_upstream(), "");
    EXPECT_EQ(guard.held_bytes(), 0U);
    EXPECT_EQ(guard.core().end()->how, exchange_end::manner::flushed);
}

TEST(ExchangeRequests, IgnoresEmptyRequests)
{
    expect_forwarded("\r\n\n  \t\r\n*0\r\n*-1\r\n*-9223372036854775808\r\nPING\r\n",
                     request({"PING"}));
    exchange_harness guard;
    guard.client("\r\n*0\r\n");
    EXPECT_EQ(guard.counted().counters.empty_requests_total, 2U);
    EXPECT_EQ(guard.core().inflight(), 0U);
}

TEST(ExchangeRequests, ReadsNothingBehindQuit)
{
    for (auto const& quit : {request({"QUIT"}), request({"quit", "x"}), std::string("qUiT\n")}) {
        exchange_harness guard;
        guard.client(request({"PING"}) + quit + request({"FLUSHALL"}) + "*x\r\n");
        EXPECT_FALSE(guard.core().reads_requests());
        EXPECT_EQ(guard.core().inflight(), 2U);
        guard.upstream("+PONG\r\n+OK\r\n");
        EXPECT_EQ(guard.to_client(), "+PONG\r\n+OK\r\n");
        EXPECT_EQ(guard.end(), "client: quit");
        EXPECT_EQ(guard.core().end()->how, exchange_end::manner::flushed);
    }
}

TEST(ExchangeRequests, ClosesAtOnceForABrowser)
{
    for (auto const& sent : {std::string("POST / HTTP/1.1\r\n"), std::string("host: a\r\n"),
                             request({"Post", "x"}), request({"HOST:"})}) {
        exchange_harness guard;
        guard.client(request({"PING"}) + sent + request({"PING"}));
        EXPECT_EQ(guard.to_upstream(), request({"PING"})) << sent;
        EXPECT_EQ(guard.to_client(), "") << sent;
        EXPECT_EQ(guard.end(), "client: cross-protocol request") << sent;
        EXPECT_EQ(guard.core().end()->how, exchange_end::manner::at_once) << sent;
    }
}

// --- how much is done at once

TEST(ExchangeRequests, StopsWhenInlineRequestsHaveGrownEnough)
{
    std::string sent;
    for (int i = 0; i < 20'000; ++i)
        sent += "a b\n";
    auto wanted = std::string();
    for (int i = 0; i < 20'000; ++i)
        wanted += request({"a", "b"});
    relay_settings settings;
    settings.buffer_bytes = 16 * 1024;
    policy::rule_set const rules;
    stats::shard_stats stats(0);
    std::vector<judged_request> judged;
    std::string scratch;
    name_memo names;
    exchange_context const context{settings, rules, stats, judged, scratch, names};
    exchange core(context);
    output upstream;
    output client;
    std::size_t const consumed = core.on_client_bytes(sent, upstream, client);
    EXPECT_TRUE(core.has_more());
    EXPECT_LT(consumed, sent.size());
    EXPECT_LT(upstream.size_bytes(), sent.size() + settings.buffer_bytes + 100);

    exchange_harness guard({}, settings);
    guard.client(sent);
    EXPECT_TRUE(guard.to_upstream() == wanted);
}

TEST(ExchangeRequests, StopsAtTheMostRequestsInFlight)
{
    relay_settings settings;
    settings.inflight_max = 10;
    exchange_harness guard({}, settings);
    std::string sent;
    for (int i = 0; i < 25; ++i)
        sent += request({"PING"});
    guard.client(sent);
    EXPECT_EQ(guard.core().inflight(), 10U);
    EXPECT_FALSE(guard.core().wants_requests());
    EXPECT_TRUE(guard.core().has_more());
    guard.upstream("+PONG\r\n");
    EXPECT_EQ(guard.core().inflight(), 10U);
    for (int i = 0; i < 24; ++i)
        guard.upstream("+PONG\r\n");
    EXPECT_EQ(guard.core().inflight(), 0U);
    EXPECT_TRUE(guard.to_upstream() == sent);
}

}  // namespace
}  // namespace respguard::relay
