// Requests and replies between real sockets.
#include <gtest/gtest.h>

#include <string>

#include "support/wire.hpp"
#include "unit/policy/judging.hpp"
#include "unit/relay/session_bench.hpp"

namespace respguard::relay {
namespace {

using policy::test::flush_denied;
using policy::test::flush_rule;
using test::peer;
using test::request;
using test::session_bench;
using namespace std::chrono_literals;

TEST(Session, ConnectsBeforeTheClientSaysAnything)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    upstream.send("-DENIED Redis is running in protected mode\r\n");
    upstream.end();
    bench.run_until_received(client, "-DENIED Redis is running in protected mode\r\n");
    bench.run_until([&] { return client.ended; });
    client.close();
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "upstream: refused by upstream");
}

TEST(Session, CarriesBothDirections)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"GET", "a"}) + "PING\r\n");
    bench.run_until_received(upstream, request({"GET", "a"}) + request({"PING"}));
    upstream.send("$1\r\nb\r\n+PONG\r\n");
    bench.run_until_received(client, "$1\r\nb\r\n+PONG\r\n");
    EXPECT_EQ(bench.stats.of(command::find("get")).at_once.count(), 1U);
    EXPECT_EQ(bench.stats.overhead_request.count(), 2U);
    EXPECT_EQ(bench.stats.overhead_reply.count(), 2U);
    auto const& counters = bench.stats.counters;
    EXPECT_EQ(counters.client_read_bytes_total, request({"GET", "a"}).size() + 6);
    EXPECT_EQ(counters.client_written_bytes_total, 14U);
    EXPECT_EQ(counters.upstream_read_bytes_total, 14U);
    EXPECT_EQ(counters.upstream_written_bytes_total,
              (request({"GET", "a"}) + request({"PING"})).size());
}

TEST(Session, AnswersRefusalsItself)
{
    relay_settings settings;
    settings.barrier = 0ms;  // What stands behind a refusal goes on at once.
    session_bench bench(settings, flush_rule());
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"FLUSHALL"}));
    bench.run_until_received(client, flush_denied);
    client.send(request({"PING"}) + request({"FLUSHALL"}) + request({"PING"}));
    bench.run_until_received(upstream, request({"PING"}) + request({"PING"}));
    EXPECT_EQ(client.received, "");
    upstream.send("+PONG\r\n+PONG\r\n");
    bench.run_until_received(client, "+PONG\r\n" + std::string(flush_denied) + "+PONG\r\n");
    ASSERT_EQ(bench.events.judged.size(), 2U);
    EXPECT_NE(bench.stats.rules[0].last_unix_ns, 0U);
}

TEST(Session, HoldsARequestUntilItCanBeJudged)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    auto const sent = request({"CONFIG", "SET", "hz", "10"});
    for (char const byte : sent) {
        EXPECT_EQ(upstream.received, "");
        client.send({&byte, 1});
        bench.run_for(1ms);
    }
    bench.run_until_received(upstream, sent);
}

TEST(Session, EndsAfterQuit)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"QUIT"}) + request({"PING"}));
    bench.run_until_received(upstream, request({"QUIT"}));
    upstream.send("+OK\r\n");
    bench.run_until_received(client, "+OK\r\n");
    bench.run_until([&] { return client.ended && upstream.ended; });
    client.close();
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "client: quit");
    EXPECT_TRUE(bench.events.last.orderly);
}

TEST(Session, ProtocolErrorsReachAClientThatGoesOnSending)
{
    session_bench bench;
    peer& client = bench.connect();
    (void)bench.accept();
    client.send("*x\r\n" + std::string(300'000, 'x'));
    bench.run_until_received(client, "-ERR Protocol error: invalid multibulk length\r\n");
    bench.run_until([&] { return client.ended; });
    EXPECT_EQ(client.error, 0) << "no RST";
    client.end();
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "client: protocol error");
    EXPECT_FALSE(bench.events.last.orderly);
}

TEST(Session, ABrowserIsClosedAtOnce)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send("POST / HTTP/1.1\r\nHost: x\r\n\r\n");
    bench.run_until_closed();
    bench.run_until([&] { return (client.ended || client.error != 0) && upstream.ended; });
    EXPECT_EQ(client.received, "");
    EXPECT_EQ(upstream.received, "");
    EXPECT_EQ(bench.events.closed[0], "client: cross-protocol request");
}

TEST(Session, MalformedRepliesEndBothSides)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"PING"}) + request({"PING"}));
    bench.run_until_received(upstream, request({"PING"}) + request({"PING"}));
    upstream.send("+PONG\r\n?\r\n");
    bench.run_until_received(client, "+PONG\r\n");
    bench.run_until([&] { return client.ended && upstream.ended; });
    client.close();
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "upstream: unknown type byte");
    EXPECT_EQ(bench.events.last.cancelled, 1U);
    EXPECT_EQ(bench.stats.of(command::find("ping")).cancelled, 1U);
}

TEST(Session, ManySessionsDoNotDisturbEachOther)
{
    session_bench bench;
    constexpr int count = 20;
    std::vector<peer*> clients;
    std::vector<peer*> upstreams;
    for (int i = 0; i < count; ++i) {
        clients.push_back(&bench.connect());
        upstreams.push_back(&bench.accept());
    }
    for (int i = 0; i < count; ++i) {
        clients[static_cast<std::size_t>(i)]->send(request({"GET", std::to_string(i)}));
    }
    for (int i = 0; i < count; ++i) {
        auto& upstream = *upstreams[static_cast<std::size_t>(i)];
        bench.run_until_received(upstream, request({"GET", std::to_string(i)}));
        upstream.send(test::bulk("v" + std::to_string(i)));
    }
    for (int i = 0; i < count; ++i) {
        bench.run_until_received(*clients[static_cast<std::size_t>(i)],
                                 test::bulk("v" + std::to_string(i)));
    }
}

TEST(Session, AClientThatVanishesTakesItsUpstreamWithIt)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"BLPOP", "l", "0"}));
    bench.run_until_received(upstream, request({"BLPOP", "l", "0"}));
    client.reset();
    bench.run_until_closed();
    bench.run_until([&] { return upstream.ended || upstream.error != 0; });
    EXPECT_EQ(bench.events.closed[0], "client: connection reset");
    EXPECT_EQ(bench.events.last.cancelled, 1U);
    EXPECT_TRUE(bench.events.address.starts_with("127.0.0.1:")) << "who it was is still known";
}

TEST(Session, RequestTimeoutEndsARequestThatComesTooSlowly)
{
    relay_settings settings;
    settings.request_timeout = 1'500ms;
    session_bench bench(settings);
    peer& client = bench.connect();
    (void)bench.accept();
    client.send("*3\r\n$3\r\nSET\r\n$1\r\n");
    // Each byte is progress of a kind, but what is held must be whole in time.
    for (int i = 0; i < 100 && bench.events.closed.empty(); ++i) {
        client.send(i == 0 ? "k" : i == 1 ? "\r" : i == 2 ? "\n" : i == 3 ? "$" : "0");
        bench.run_for(100ms);
    }
    ASSERT_EQ(bench.events.closed.size(), 1U);
    EXPECT_EQ(bench.events.closed[0], "client: request not finished in time");
}

TEST(Session, RequestTimeoutSparesABodyThatGoesOn)
{
    relay_settings settings;
    settings.request_timeout = 1'500ms;
    session_bench bench(settings);
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send("*2\r\n$4\r\nECHO\r\n$20\r\n");
    for (int i = 0; i < 20; ++i) {
        client.send("x");
        bench.run_for(150ms);
    }
    client.send("\r\n");
    bench.run_until_received(upstream, request({"ECHO", std::string(20, 'x')}));
    EXPECT_TRUE(bench.events.closed.empty());
}

TEST(Session, IdleTimeoutSparesSubscribersAndThoseWhoWait)
{
    relay_settings settings;
    settings.idle_timeout = 1s;
    session_bench bench(settings);
    peer& idle = bench.connect();
    (void)bench.accept();
    peer& waiting = bench.connect();
    (void)bench.accept();
    waiting.send(request({"BLPOP", "l", "0"}));
    peer& subscribed = bench.connect();
    peer& publisher = bench.accept();
    subscribed.send(request({"SUBSCRIBE", "c"}));
    bench.run_until_received(publisher, request({"SUBSCRIBE", "c"}));
    publisher.send(test::confirmation('*', "subscribe", "c", 1));
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "client: idle");
    bench.run_for(1'500ms);
    EXPECT_EQ(bench.events.closed.size(), 1U);
    EXPECT_TRUE(idle.ended);
    EXPECT_FALSE(waiting.ended);
    EXPECT_FALSE(subscribed.ended);
}

TEST(Session, IdleTimeoutCountsFromTheLastReply)
{
    relay_settings settings;
    settings.idle_timeout = 1s;
    session_bench bench(settings);
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"BLPOP", "l", "0"}));
    bench.run_until_received(upstream, request({"BLPOP", "l", "0"}));
    bench.run_for(1'600ms);
    upstream.send("*-1\r\n");
    bench.run_until_received(client, "*-1\r\n");
    auto const answered_ns = net::monotonic_ns();
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "client: idle");
    EXPECT_GE(net::monotonic_ns() - answered_ns, 1'000'000'000U);
}

TEST(Session, IdleTimeoutSparesWhoIsToldSomething)
{
    relay_settings settings;
    settings.idle_timeout = 1s;
    session_bench bench(settings);
    peer& monitor = bench.connect();
    peer& upstream = bench.accept();
    peer& tracking = bench.connect();
    peer& invalidator = bench.accept();
    monitor.send(request({"MONITOR"}));
    bench.run_until_received(upstream, request({"MONITOR"}));
    upstream.send("+OK\r\n");
    for (int i = 0; i < 10; ++i) {
        invalidator.send(">2\r\n$10\r\ninvalidate\r\n_\r\n");
        bench.run_for(250ms);
    }
    EXPECT_TRUE(bench.events.closed.empty());
    EXPECT_FALSE(monitor.ended || tracking.ended);
}

TEST(Session, IdleTimeoutSparesAClientThatReadsSlowly)
{
    relay_settings settings;
    settings.idle_timeout = 1s;
    session_bench bench(settings);
    peer& client = bench.connect_narrow();
    peer& upstream = bench.accept();
    client.send(request({"GET", "a"}));
    bench.run_until_received(upstream, request({"GET", "a"}));
    client.reads = false;
    auto const reply = test::bulk(std::string(60'000, 'x'));
    upstream.send(reply);
    bench.run_for(2'600ms);
    client.reads = true;
    bench.run_until([&] { return client.received.size() >= reply.size(); });
    EXPECT_TRUE(client.received == reply);
    EXPECT_TRUE(bench.events.closed.empty());
}

TEST(Session, IdleTimeoutDoesNotCountAnOutage)
{
    relay_settings settings;
    settings.idle_timeout = 2s;
    settings.retry_min = settings.retry_max = 10ms;
    session_bench bench(settings);
    bench.server.close();
    peer& client = bench.connect();
    bench.run_for(2'500ms);
    bench.server.open_again();
    peer& upstream = bench.accept();
    bench.run_for(1'100ms);
    client.send(request({"PING"}));
    bench.run_until_received(upstream, request({"PING"}));
    EXPECT_TRUE(bench.events.closed.empty());
}

TEST(Session, RequestTimeoutDoesNotCountAnOutage)
{
    relay_settings settings;
    settings.request_timeout = 2s;
    settings.retry_min = settings.retry_max = 10ms;
    session_bench bench(settings);
    peer& client = bench.connect();
    peer& first = bench.accept();
    client.send("*2\r\n$4\r\nECHO\r\n");
    bench.run_until([&] { return bench.group.snapshot().clients.at(0).buffered_bytes > 0; });
    bench.server.close();
    first.close();
    bench.run_for(2'500ms);
    bench.server.open_again();
    peer& upstream = bench.accept();
    bench.run_for(1'100ms);
    client.send("$1\r\na\r\n");
    bench.run_until_received(upstream, request({"ECHO", "a"}));
}

}  // namespace
}  // namespace respguard::relay
