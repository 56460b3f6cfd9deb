// Database, name, user and protocol version, as upstream agreed to them; and what is timed.
#include <gtest/gtest.h>

#include <string>

#include "support/exchange_harness.hpp"
#include "support/wire.hpp"

namespace respguard::relay {
namespace {

using test::exchange_harness;
using test::request;

std::string name_of(exchange_harness const& guard)
{
    auto const& identity = guard.core().replied().identity;
    return identity ? identity->name.value : "";
}

std::string user_of(exchange_harness const& guard)
{
    auto const& identity = guard.core().replied().identity;
    return identity ? identity->user.value : "";
}

std::uint32_t db_of(exchange_harness const& guard) { return guard.core().replied().db; }

TEST(ExchangeState, TheDatabaseIsThatOfTheLastSelectThatWorked)
{
    exchange_harness guard;
    guard.client(request({"SELECT", "8"}) + request({"SELECT", "99"}) + "select 3\r\n");
    guard.upstream("+OK\r\n");
    EXPECT_EQ(db_of(guard), 8U);
    guard.upstream("-ERR DB index is out of range\r\n");
    EXPECT_EQ(db_of(guard), 8U);
    guard.upstream("+OK\r\n");
    EXPECT_EQ(db_of(guard), 3U);
}

TEST(ExchangeState, ASelectInsideMultiCountsWhenExecRan)
{
    exchange_harness guard;
    guard.client(request({"MULTI"}) + request({"SELECT", "5"}) + request({"EXEC"}));
    guard.upstream("+OK\r\n+QUEUED\r\n");
    EXPECT_EQ(db_of(guard), 0U);
    guard.upstream("*1\r\n+OK\r\n");
    EXPECT_EQ(db_of(guard), 5U);
}

TEST(ExchangeState, ASelectInsideMultiDoesNotCountWhenExecDidNotRun)
{
    for (byte_view const answer : {"*-1\r\n", "_\r\n", "-EXECABORT Transaction discarded\r\n"}) {
        exchange_harness guard;
        guard.client(request({"MULTI"}) + request({"SELECT", "5"}) + request({"EXEC"}) +
                     request({"MULTI"}) + request({"EXEC"}));
        guard.upstream("+OK\r\n+QUEUED\r\n" + std::string(answer) + "+OK\r\n*0\r\n");
        EXPECT_EQ(db_of(guard), 0U) << answer;
    }
}

TEST(ExchangeState, ASelectThatWasDiscardedIsForgotten)
{
    exchange_harness guard;
    guard.client(request({"MULTI"}) + request({"SELECT", "5"}) + request({"DISCARD"}) +
                 request({"MULTI"}) + request({"EXEC"}));
    guard.upstream("+OK\r\n+QUEUED\r\n+OK\r\n+OK\r\n*0\r\n");
    EXPECT_EQ(db_of(guard), 0U);
}

TEST(ExchangeState, ASelectBehindARefusedMultiCountsAtOnce)
{
    exchange_harness guard;
    guard.client(request({"MULTI"}) + request({"SELECT", "5"}));
    guard.upstream("-NOPERM no\r\n+OK\r\n");
    EXPECT_EQ(db_of(guard), 5U);
}

TEST(ExchangeState, TheNameIsThatOfTheLastSetnameThatWorked)
{
    exchange_harness guard;
    guard.client(request({"CLIENT", "SETNAME", "one"}) + request({"CLIENT", "SETNAME", "a b"}) +
                 request({"CLIENT", "SETNAME", "two"}));
    guard.upstream("+OK\r\n-ERR Client names cannot contain spaces\r\n");
    EXPECT_EQ(name_of(guard), "one");
    guard.upstream("+OK\r\n");
    EXPECT_EQ(name_of(guard), "two");
}

TEST(ExchangeState, TheUserIsNeverThePassword)
{
    exchange_harness guard;
    guard.client(request({"AUTH", "secret"}));
    guard.upstream("+OK\r\n");
    EXPECT_EQ(user_of(guard), "default");
    guard.client(request({"AUTH", "alice", "secret"}) + request({"AUTH", "bob", "wrong"}));
    guard.upstream("+OK\r\n-WRONGPASS no\r\n");
    EXPECT_EQ(user_of(guard), "alice");
}

TEST(ExchangeState, HelloMayNameBoth)
{
    exchange_harness guard;
    guard.client(request({"HELLO", "3", "AUTH", "alice", "secret", "SETNAME", "worker"}) +
                 request({"HELLO", "2", "SETNAME", "AUTH", "AUTH", "setname", "x"}));
    guard.upstream("%1\r\n+a\r\n+b\r\n");
    EXPECT_EQ(user_of(guard), "alice");
    EXPECT_EQ(name_of(guard), "worker");
    EXPECT_EQ(guard.core().replied().resp, 3);
    guard.upstream("*0\r\n");
    EXPECT_EQ(user_of(guard), "setname");
    EXPECT_EQ(name_of(guard), "AUTH");
    EXPECT_EQ(guard.core().replied().resp, 2);
}

TEST(ExchangeState, ARefusedHelloChangesNothing)
{
    exchange_harness guard;
    guard.client(request({"HELLO", "9", "SETNAME", "x"}) + request({"HELLO"}));
    guard.upstream("-NOPROTO unsupported protocol version\r\n%0\r\n");
    EXPECT_EQ(name_of(guard), "");
    EXPECT_EQ(guard.core().replied().resp, 3);
}

TEST(ExchangeState, NamesInsideMultiAreNotBelieved)
{
    exchange_harness guard;
    guard.client(request({"MULTI"}) + request({"CLIENT", "SETNAME", "x"}) +
                 request({"AUTH", "alice", "secret"}) + request({"EXEC"}) +
                 request({"CLIENT", "SETNAME", "y"}));
    guard.upstream("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n-WRONGPASS no\r\n");
    EXPECT_EQ(name_of(guard), "") << "EXEC's elements are not looked at";
    EXPECT_EQ(user_of(guard), "");
    EXPECT_EQ(guard.counted("auth").queued, 1U);
    EXPECT_EQ(guard.counted("auth").round_trip.count(), 0U);
    guard.upstream("+OK\r\n");
    EXPECT_EQ(name_of(guard), "y") << "each answer belongs to its own request";
}

TEST(ExchangeState, LongNamesAreCut)
{
    exchange_harness guard;
    guard.client(request({"CLIENT", "SETNAME", std::string(100'000, 'n')}));
    guard.upstream("+OK\r\n");
    EXPECT_EQ(name_of(guard).size(), identity_part::shown_bytes_max);
}

TEST(ExchangeState, NamesInFlightAreBounded)
{
    exchange_harness guard;
    guard.client(request({"BLPOP", "l", "0"}));
    for (int i = 0; i < 10'000; ++i)
        guard.client(request({"CLIENT", "SETNAME", "x"}));
    EXPECT_EQ(guard.core().replied().identity->staged.size(), client_identity::staged_max);
    guard.upstream("*-1\r\n");
    for (int i = 0; i < 10'000; ++i)
        guard.upstream("+OK\r\n");
    EXPECT_EQ(name_of(guard), "x");
    EXPECT_TRUE(guard.core().replied().identity->staged.empty());
}

TEST(ExchangeState, ResetForgetsEverything)
{
    exchange_harness guard;
    guard.client(request({"HELLO", "3", "SETNAME", "x"}) + request({"SELECT", "4"}) +
                 request({"RESET"}));
    guard.upstream("%0\r\n+OK\r\n+RESET\r\n");
    EXPECT_EQ(name_of(guard), "");
    EXPECT_EQ(db_of(guard), 0U);
    EXPECT_EQ(guard.core().replied().resp, 2);
}

TEST(ExchangeState, ARefusedResetChangesNothing)
{
    exchange_harness guard;
    guard.client(request({"SELECT", "4"}) + request({"RESET"}));
    guard.upstream("+OK\r\n-ERR unknown command 'RESET'\r\n");
    EXPECT_EQ(db_of(guard), 4U);
}

// --- time

TEST(ExchangeTiming, CountsFromTheLastByteOfTheRequestToTheLastOfTheReply)
{
    exchange_harness guard;
    guard.takes_all = false;
    auto const sent = request({"GET", "a"});
    guard.client(sent);
    guard.now_ns = 10'000;
    guard.upstream_takes(sent.size() - 1);
    EXPECT_FALSE(guard.core().queue().front().stamped);
    guard.now_ns = 20'000;
    guard.upstream_takes(1);
    EXPECT_TRUE(guard.core().queue().front().stamped);
    guard.now_ns = 50'000;
    guard.upstream("$1000\r\n");
    guard.now_ns = 80'000;
    guard.upstream(std::string(1'000, 'x') + "\r\n");
    EXPECT_EQ(guard.counted("get").round_trip.max_ns(), 60'000U);
    EXPECT_EQ(guard.counted("get").first_byte.max_ns(), 30'000U);
    EXPECT_EQ(guard.counted().overhead_request.max_ns(), 19'000U);
}

TEST(ExchangeTiming, PipelinedRequestsAreStampedOneByOne)
{
    exchange_harness guard;
    guard.takes_all = false;
    auto const one = request({"GET", "a"});
    guard.client(one + one + one);
    guard.now_ns = 10'000;
    guard.upstream_takes(one.size() + 1);
    guard.now_ns = 20'000;
    guard.upstream_takes(2 * one.size() - 1);
    guard.now_ns = 30'000;
    guard.upstream("$-1\r\n$-1\r\n$-1\r\n");
    EXPECT_EQ(guard.counted("get").round_trip.max_ns(), 20'000U);
    EXPECT_EQ(guard.counted("get").round_trip.sum_ns(), 40'000U);
}

TEST(ExchangeTiming, APassingRequestIsStampedWhenItIsWhole)
{
    relay_settings settings;
    settings.hold_bytes = 64 * 1024;
    exchange_harness guard({}, settings);
    std::string sent = "*10001\r\n" + test::bulk("DEL");
    for (int i = 0; i < 10'000; ++i)
        sent += test::bulk("0123456789");
    guard.client(byte_view(sent).substr(0, sent.size() - 2));
    ASSERT_EQ(guard.core().inflight(), 1U);
    EXPECT_FALSE(guard.core().queue().front().stamped);
    guard.now_ns = 20'000;
    guard.client(byte_view(sent).substr(sent.size() - 2));
    EXPECT_TRUE(guard.core().queue().front().stamped);
    guard.now_ns = 25'000;
    guard.upstream(":0\r\n");
    EXPECT_EQ(guard.counted("del").round_trip.max_ns(), 5'000U);
}

TEST(ExchangeTiming, BlockingRequestsHaveASeriesOfTheirOwn)
{
    exchange_harness guard;
    guard.client(request({"BZPOPMIN", "z", "0"}) + request({"XREAD", "STREAMS", "s", "$"}) +
                 request({"XREAD", "BLOCK", "0", "STREAMS", "s", "$"}));
    guard.now_ns += 1'000;
    guard.upstream("*-1\r\n*-1\r\n*-1\r\n");
    EXPECT_EQ(guard.counted("bzpopmin").blocked.count(), 1U);
    EXPECT_EQ(guard.counted("bzpopmin").round_trip.count(), 0U);
    EXPECT_EQ(guard.counted("bzpopmin").first_byte.count(), 0U);
    EXPECT_EQ(guard.counted("xread").blocked.count(), 1U);
    EXPECT_EQ(guard.counted("xread").round_trip.count(), 1U);
}

TEST(ExchangeTiming, NothingBlocksInsideMulti)
{
    exchange_harness guard;
    guard.client(request({"MULTI"}) + request({"BLPOP", "l", "0"}));
    EXPECT_FALSE(guard.core().queue().at(1).blocking);
}

TEST(ExchangeTiming, QueuedRequestsAreNotTimed)
{
    exchange_harness guard;
    guard.client(request({"MULTI"}) + request({"GET", "a"}) + request({"GET"}) + request({"EXEC"}));
    guard.upstream("+OK\r\n+QUEUED\r\n-ERR wrong number of arguments\r\n-EXECABORT no\r\n");
    EXPECT_EQ(guard.counted("get").calls, 2U);
    EXPECT_EQ(guard.counted("get").queued, 1U);
    EXPECT_EQ(guard.counted("get").round_trip.count(), 1U);
    EXPECT_EQ(guard.counted("multi").round_trip.count(), 1U);
    EXPECT_EQ(guard.counted("exec").round_trip.count(), 1U);
}

TEST(ExchangeTiming, AValueThatSaysQueuedIsTimed)
{
    exchange_harness guard;
    guard.client(request({"GET", "a"}));
    guard.upstream("+QUEUED\r\n");
    EXPECT_EQ(guard.counted("get").round_trip.count(), 1U);
}

TEST(ExchangeTiming, RepliesInPlaceAreTimedByWhatUpstreamGot)
{
    exchange_harness guard;
    guard.takes_all = false;
    guard.client(request({"CLIENT", "REPLY", "OFF"}) + request({"GET", "a"}));
    auto const forwarded = guard.to_upstream().size();
    guard.upstream_takes(forwarded);
    EXPECT_TRUE(guard.core().queue().at(1).stamped) << "ON is shorter than OFF";
}

TEST(ExchangeState, APipelineLeavesNothingBehindWhenTheConnectionRests)
{
    exchange_harness guard;
    guard.client(request({"PING"}));
    EXPECT_FALSE(guard.core().owns_queue());
    guard.client(request({"PING"}) + request({"PING"}));
    EXPECT_TRUE(guard.core().owns_queue());
    guard.upstream("+PONG\r\n+PONG\r\n+PONG\r\n");
    EXPECT_TRUE(guard.core().owns_queue()) << "the next pipeline would only allocate again";
    guard.core().rest();
    EXPECT_FALSE(guard.core().owns_queue());
    guard.client(request({"PING"}));
    guard.upstream("+PONG\r\n");
    EXPECT_EQ(guard.to_client(), "+PONG\r\n+PONG\r\n+PONG\r\n+PONG\r\n");
}

}  // namespace
}  // namespace respguard::relay
