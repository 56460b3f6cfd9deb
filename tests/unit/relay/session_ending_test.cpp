// Every way out: PROTOCOL.md section 9.
#include <gtest/gtest.h>

#include <string>

#include "support/wire.hpp"
#include "unit/policy/judging.hpp"
#include "unit/relay/session_bench.hpp"

namespace respguard::relay {
namespace {

using test::peer;
using test::request;
using test::session_bench;
using namespace std::chrono_literals;

TEST(SessionEnding, AClientsEndIsPassedOnAndItsRepliesStillCome)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"GET", "a"}) + request({"GET", "b"}));
    client.end();
    bench.run_until_received(upstream, request({"GET", "a"}) + request({"GET", "b"}));
    bench.run_until([&] { return upstream.ended; });
    upstream.send("$1\r\na\r\n");
    bench.run_until_received(client, "$1\r\na\r\n");
    upstream.send("$1\r\nb\r\n");
    upstream.end();
    bench.run_until_received(client, "$1\r\nb\r\n");
    bench.run_until([&] { return client.ended; });
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "client: closed");
    EXPECT_TRUE(bench.events.last.orderly);
}

TEST(SessionEnding, AClientsEndDropsAHalfRequest)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"PING"}) + "*2\r\n$3\r\nGET\r\n");
    client.end();
    bench.run_until_received(upstream, request({"PING"}));
    bench.run_until([&] { return upstream.ended; });
    EXPECT_EQ(upstream.received, "");
    upstream.send("+PONG\r\n");
    upstream.end();
    bench.run_until_received(client, "+PONG\r\n");
    bench.run_until_closed();
}

TEST(SessionEnding, AClientThatNeverAskedIsJustClosed)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.end();
    bench.run_until_closed();
    bench.run_until([&] { return upstream.ended && client.ended; });
    EXPECT_EQ(bench.events.closed[0], "client: closed");
}

TEST(SessionEnding, AClientThatHasGotEverythingIsJustClosed)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"PING"}));
    bench.run_until_received(upstream, request({"PING"}));
    upstream.send("+PONG\r\n");
    bench.run_until_received(client, "+PONG\r\n");
    client.end();
    bench.run_until_closed();
    bench.run_until([&] { return upstream.ended && client.ended; });
    EXPECT_EQ(bench.events.closed[0], "client: closed");
    EXPECT_TRUE(bench.events.last.orderly);
    EXPECT_EQ(client.error, 0);
}

TEST(SessionEnding, ASubscriberThatEndsIsToldUntilUpstreamEnds)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"SUBSCRIBE", "a"}));
    bench.run_until_received(upstream, request({"SUBSCRIBE", "a"}));
    std::string const confirmed = "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n";
    upstream.send(confirmed);
    bench.run_until_received(client, confirmed);
    client.end();
    bench.run_until([&] { return upstream.ended; });
    std::string const message = "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nm\r\n";
    upstream.send(message);
    bench.run_until_received(client, message);
    upstream.end();
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "client: closed");
}

TEST(SessionEnding, AnUpstreamThatIgnoresTheClientsEndIsLeft)
{
    relay_settings settings;
    settings.quiet_after_fin = 100ms;
    session_bench bench(settings);
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"PING"}));
    client.end();
    bench.run_until_received(upstream, request({"PING"}));
    upstream.send("+PONG\r\n");
    bench.run_until_received(client, "+PONG\r\n");
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "client: closed");
}

TEST(SessionEnding, WhatUpstreamSaidBeforeItEndedReachesTheClient)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"GET", "a"}) + request({"GET", "b"}));
    bench.run_until_received(upstream, request({"GET", "a"}) + request({"GET", "b"}));
    std::string const value(3'000'000, 'v');
    upstream.send(test::bulk(value) + "$5\r\nhal");
    upstream.end();
    auto const wanted = test::bulk(value) + "$5\r\nhal";
    bench.run_until([&] { return client.ended; });
    EXPECT_TRUE(client.received == wanted) << client.received.size();
    client.close();
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "upstream: closed");
    EXPECT_EQ(bench.events.last.cancelled, 1U);
    EXPECT_FALSE(bench.events.last.orderly);
}

TEST(SessionEnding, WhatUpstreamSaidReachesAClientThatIsStillSending)
{
    // Its unread bytes would make the kernel send RST, which destroys replies on their way.
    relay_settings settings;
    settings.inflight_max = 10;
    session_bench bench(settings);
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.reads = false;
    std::string pipeline;
    for (int i = 0; i < 20'000; ++i)
        pipeline += request({"PING"});
    client.send(pipeline);
    bench.run_until([&] { return upstream.received.size() >= 10 * request({"PING"}).size(); });
    std::string const value(1'000'000, 'v');
    upstream.send(test::bulk(value));
    upstream.end();
    bench.run_for(50ms);
    client.reads = true;
    bench.run_until([&] { return client.ended || client.error != 0; });
    EXPECT_TRUE(client.received == test::bulk(value)) << client.received.size();
    EXPECT_EQ(client.error, 0);
}

TEST(SessionEnding, WhatUpstreamSaidBeforeItTookNoMoreReachesTheClient)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"PING"}));
    bench.run_until_received(upstream, request({"PING"}));
    // Before the reply is read, requests are answered by RST: upstream is closed.
    for (int i = 0; i < 100; ++i)
        client.send(request({"SET", "a", std::string(10'000, 'x')}));
    auto const reply = test::bulk(std::string(50'000, 'v'));
    upstream.send(reply);
    ASSERT_EQ(upstream.unsent_bytes(), 0U);
    upstream.close();
    bench.run_until([&] { return client.ended || client.error != 0; });
    EXPECT_TRUE(client.received == reply) << client.received.size();
    EXPECT_EQ(client.error, 0);
}

TEST(SessionEnding, AResetOfUpstreamIsToldApart)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"PING"}));
    bench.run_until_received(upstream, request({"PING"}));
    upstream.reset();
    bench.run_until([&] { return client.ended; });
    client.close();
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "upstream: connection reset");
}

TEST(SessionEnding, AClientThatLeavesBehindQuitFreesUpstream)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"BLPOP", "l", "0"}) + request({"QUIT"}));
    bench.run_until_received(upstream, request({"BLPOP", "l", "0"}) + request({"QUIT"}));
    client.end();
    bench.run_until([&] { return upstream.ended; });
    upstream.close();
    bench.run_until([&] { return client.ended; });
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "client: closed");
}

TEST(SessionEnding, AClientThatLeavesBehindAProtocolErrorFreesUpstream)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"BLPOP", "l", "0"}) + "*x\r\n");
    bench.run_until_received(upstream, request({"BLPOP", "l", "0"}));
    client.close();
    bench.run_until([&] { return upstream.ended || upstream.error != 0; });
    upstream.close();
    bench.run_until_closed();
}

/// Upstream goes while a part of its last words is still to be written to the client.
void leave_with_unwritten_replies(session_bench& bench, peer& client, peer& upstream)
{
    client.reads = false;
    client.send(request({"GET", "a"}));
    bench.run_until_received(upstream, request({"GET", "a"}));
    upstream.send(test::bulk(std::string(60'000, 'x')) + "?");
    bench.run_until([&] { return upstream.ended || upstream.error != 0; });
    ASSERT_GT(bench.group.snapshot().clients.at(0).buffered_bytes, 0U);
    ASSERT_TRUE(bench.events.closed.empty()) << "it still has time";
}

TEST(SessionEnding, AClientThatTakesItsLastRepliesLateGetsThemAll)
{
    test::chosen_io const reads_all_at_once("epoll");
    session_bench bench;
    peer& client = bench.connect_narrow();
    peer& upstream = bench.accept();
    ASSERT_NO_FATAL_FAILURE(leave_with_unwritten_replies(bench, client, upstream));
    client.reads = true;
    bench.run_until([&] { return client.ended; });
    EXPECT_TRUE(client.received.starts_with(test::bulk(std::string(60'000, 'x'))));
    client.close();
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "upstream: unknown type byte");
}

TEST(SessionEnding, AClientThatDoesNotTakeItsLastRepliesIsLeft)
{
    test::chosen_io const reads_all_at_once("epoll");
    relay_settings settings;
    settings.flush_timeout = 100ms;
    session_bench bench(settings);
    peer& client = bench.connect_narrow();
    peer& upstream = bench.accept();
    ASSERT_NO_FATAL_FAILURE(leave_with_unwritten_replies(bench, client, upstream));
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "upstream: unknown type byte");
}

TEST(SessionEnding, AClientThatLeavesBeforeItsLastRepliesIsNotBlamed)
{
    test::chosen_io const reads_all_at_once("epoll");
    session_bench bench;
    peer& client = bench.connect_narrow();
    peer& upstream = bench.accept();
    ASSERT_NO_FATAL_FAILURE(leave_with_unwritten_replies(bench, client, upstream));
    client.reset();
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "upstream: unknown type byte");
}

TEST(SessionEnding, WhatIsHeldBehindARefusalIsDiscardedHoweverTheClientLeaves)
{
    for (auto const leave : {&peer::end, &peer::close, &peer::reset}) {
        session_bench bench({}, policy::test::flush_rule());
        peer& client = bench.connect();
        peer& upstream = bench.accept();
        client.send(request({"FLUSHALL"}) + request({"INCR", "a"}));
        bench.run_until_received(client, policy::test::flush_denied);
        (client.*leave)();
        bench.run_until_closed();
        EXPECT_EQ(upstream.received, "");
        EXPECT_EQ(bench.stats.counters.reject_barrier_discards_total, 1U);
    }
}

TEST(SessionEnding, ALingeringClientIsNotReadForEver)
{
    session_bench bench;
    peer& client = bench.connect();
    (void)bench.accept();
    client.send("*x\r\n");
    bench.run_until([&] { return client.ended; });
    client.send(std::string(3'000'000, 'x'));
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "client: protocol error");
}

TEST(SessionEnding, ALingeringClientIsLeftAfterAMoment)
{
    session_bench bench;
    peer& client = bench.connect();
    (void)bench.accept();
    client.send("*x\r\n");
    bench.run_until([&] { return client.ended; });
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "client: protocol error");
}

// --- draining

TEST(SessionEnding, DrainEndsAnIdleSessionAtOnce)
{
    session_bench bench;
    peer& client = bench.connect();
    (void)bench.accept();
    bool done = false;
    bench.group.drain([&] { done = true; });
    bench.run_until([&] { return client.ended; });
    client.close();
    bench.run_until([&] { return done; });
    EXPECT_EQ(bench.events.closed.at(0), "guard: drained");
    EXPECT_TRUE(bench.events.last.orderly);
}

TEST(SessionEnding, DrainWaitsForWhatIsInFlight)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"GET", "a"}));
    bench.run_until_received(upstream, request({"GET", "a"}));
    bool done = false;
    bench.group.drain([&] { done = true; });
    client.send(request({"GET", "b"}));
    bench.run_for(20ms);
    EXPECT_EQ(upstream.received, "") << "new requests are somebody else's";
    EXPECT_FALSE(done);
    upstream.send("$1\r\na\r\n");
    bench.run_until_received(client, "$1\r\na\r\n");
    bench.run_until([&] { return client.ended; });
    EXPECT_EQ(client.error, 0);
    client.close();
    bench.run_until([&] { return done; });
}

TEST(SessionEnding, DrainWaitsForARequestThatHasBegun)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send("*2\r\n$3\r\nGET\r\n");
    bench.run_until([&] { return bench.group.snapshot().clients.at(0).buffered_bytes > 0; });
    bench.group.drain([] {});
    client.send("$1\r\na\r\n");
    bench.run_until_received(upstream, request({"GET", "a"}));
    upstream.send("$1\r\na\r\n");
    bench.run_until_received(client, "$1\r\na\r\n");
    bench.run_until([&] { return client.ended; });
}

TEST(SessionEnding, DrainDoesNotCutAMessage)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"SUBSCRIBE", "c"}));
    bench.run_until_received(upstream, request({"SUBSCRIBE", "c"}));
    auto const message = test::message('*', "c", "hello");
    auto const half = test::confirmation('*', "subscribe", "c", 1) + message.substr(0, 30);
    upstream.send(half);
    bench.run_until_received(client, half);
    bench.group.drain([] {});
    bench.run_for(20ms);
    upstream.send(message.substr(30));
    bench.run_until_received(client, message.substr(30));
    bench.run_until([&] { return client.ended; });
}

TEST(SessionEnding, DrainEndsASessionWhoseLastRequestIsRefused)
{
    session_bench bench({}, policy::test::compiled(
                                {policy::test::rule("f", {"flushall"}, policy::action::reject)}));
    peer& client = bench.connect();
    (void)bench.accept();
    client.send("*1\r\n$8\r\nFLUSH");
    bench.run_until([&] { return bench.group.snapshot().clients.at(0).buffered_bytes > 0; });
    bench.group.drain([] {});
    bench.run_for(20ms);
    EXPECT_FALSE(client.ended);
    client.send("ALL\r\n");
    bench.run_until([&] { return client.ended; });
    EXPECT_TRUE(client.received.starts_with("-ERR respguard")) << client.received;
}

TEST(SessionEnding, DrainCutsWhatTakesTooLong)
{
    relay_settings settings;
    settings.drain_timeout = 50ms;
    session_bench bench(settings);
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"BLPOP", "l", "0"}));
    bench.run_until_received(upstream, request({"BLPOP", "l", "0"}));
    bool done = false;
    bench.group.drain([&] { done = true; });
    bench.run_until([&] { return done; });
    EXPECT_EQ(bench.events.closed.at(0), "guard: drain timeout");
    EXPECT_EQ(bench.events.last.cancelled, 1U);
}

TEST(SessionEnding, DrainLetsHeldClientsGo)
{
    session_bench bench;
    bench.server.close();
    (void)bench.connect();
    bench.run_until([&] { return !bench.events.held.empty(); });
    bool done = false;
    bench.group.drain([&] { done = true; });
    bench.run_until([&] { return done; });
    EXPECT_EQ(bench.events.closed.at(0), "guard: drained");
}

}  // namespace
}  // namespace respguard::relay
