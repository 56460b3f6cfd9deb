// Slow peers: what does not fit a socket is kept, and how much of it.
#include <gtest/gtest.h>

#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "support/wire.hpp"
#include "unit/policy/judging.hpp"
#include "unit/relay/session_bench.hpp"

namespace respguard::relay {
namespace {

using test::peer;
using test::request;
using test::session_bench;
using namespace std::chrono_literals;

std::uint64_t buffered(session_bench const& bench)
{
    return bench.group.snapshot().shards.at(0)->buffered_bytes_now;
}

TEST(SessionWriting, KeepsLittleForAClientThatDoesNotRead)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.reads = false;
    client.send(request({"GET", "a"}));
    bench.run_until_received(upstream, request({"GET", "a"}));
    auto const value = test::bulk(std::string(50'000'000, 'v'));
    upstream.send(value);
    bench.run_until([&] { return bench.stats.counters.client_stalls_total > 0; });
    bench.run_for(50ms);
    EXPECT_GT(upstream.unsent_bytes(), 0U) << "upstream is slowed down";
    EXPECT_LE(buffered(bench), 65'536U);
    client.keeps = false;
    client.reads = true;
    bench.run_until([&] { return client.received_bytes == value.size(); });
    EXPECT_EQ(buffered(bench), 0U);
}

TEST(SessionWriting, AClientThatDoesNotReadMayGoOnAsking)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    upstream.keeps = false;
    client.reads = false;
    std::string pipeline;
    for (int i = 0; i < 10'000; ++i)
        pipeline += request({"GET", "key"});
    client.send(request({"GET", "a"}));
    bench.run_until([&] { return upstream.received_bytes == request({"GET", "a"}).size(); });
    upstream.send(test::bulk(std::string(30'000'000, 'v')));
    bench.run_until([&] { return bench.stats.counters.client_stalls_total > 0; });
    for (int i = 0; i < 20; ++i)
        client.send(pipeline);
    auto const wanted = 20 * pipeline.size() + request({"GET", "a"}).size();
    bench.run_until([&] { return upstream.received_bytes == wanted; });
    EXPECT_EQ(client.unsent_bytes(), 0U);
    client.keeps = false;
    client.reads = true;
    bench.run_until([&] { return client.received_bytes > 30'000'000; });
}

TEST(SessionWriting, KeepsLittleForAnUpstreamThatDoesNotRead)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    upstream.reads = false;
    auto const large = request({"SET", "key", std::string(50'000'000, 'v')});
    client.send(large + request({"PING"}));
    bench.run_until([&] { return bench.stats.counters.upstream_stalls_total > 0; });
    bench.run_for(50ms);
    EXPECT_GT(client.unsent_bytes(), 0U) << "the client is slowed down";
    EXPECT_LE(buffered(bench), 65'536U);
    upstream.keeps = false;
    upstream.reads = true;
    bench.run_until(
        [&] { return upstream.received_bytes == large.size() + request({"PING"}).size(); });
    upstream.send("+OK\r\n+PONG\r\n");
    bench.run_until_received(client, "+OK\r\n+PONG\r\n");
}

TEST(SessionWriting, KeepsLittleBehindARequestThatWasHeld)
{
    // Unix sockets, whose buffers do not grow: upstream's takes less than the client's has ready.
    net::endpoint place;
    place.kind = net::endpoint::family::unix_socket;
    place.path = testing::TempDir() + "respguard-writing-" + std::to_string(::getpid());
    auto const listening = net::open_listener(net::resolve(place).value().front(), {}, false);
    ASSERT_EQ(listening.error, 0);
    net::stream const owner(listening.fd);
    session_bench bench({}, {}, 100, place);
    peer& client = bench.connect_pair();
    int const queued = 1'000'000;
    ASSERT_EQ(::setsockopt(client.fd(), SOL_SOCKET, SO_SNDBUF, &queued, sizeof queued), 0);
    std::string held = "*61000\r\n$3\r\nDEL\r\n";
    for (int i = 1; i < 61'000; ++i)
        held += "$10\r\n0123456789\r\n";
    auto const first = held.size() - 20;
    client.send(held.substr(0, first));
    bench.run_until([&] { return buffered(bench) == first; });
    // Its end, and much behind it that lies ready when it is read.
    client.send(held.substr(first) + request({"SET", "key", std::string(5'000'000, 'v')}));
    bench.run_until([&] { return bench.stats.counters.upstream_stalls_total > 0; });
    EXPECT_LE(buffered(bench), held.size());
    ::unlink(place.path.c_str());
}

TEST(SessionWriting, RepliesPassWhileUpstreamDoesNotRead)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"GET", "a"}));
    bench.run_until_received(upstream, request({"GET", "a"}));
    upstream.reads = false;
    client.send(request({"SET", "key", std::string(20'000'000, 'v')}));
    bench.run_for(50ms);
    upstream.send("$1\r\na\r\n");
    bench.run_until_received(client, "$1\r\na\r\n");
}

TEST(SessionWriting, AFloodOfRefusalsIsBounded)
{
    auto const rules =
        policy::test::compiled({policy::test::rule("f", {"flushall"}, policy::action::reject)});
    session_bench bench({}, rules);
    peer& client = bench.connect();
    (void)bench.accept();
    client.reads = false;
    std::string flood;
    for (int i = 0; i < 500'000; ++i)
        flood += "FLUSHALL\n";
    client.send(flood);
    bench.run_for(300ms);
    EXPECT_GT(client.unsent_bytes() + buffered(bench), 0U);
    EXPECT_LE(buffered(bench), 4 * bench.settings.buffer_bytes + test::received_at_once());
    client.keeps = false;
    client.reads = true;
    bench.run_until([&] { return bench.stats.of(command::find("flushall")).rejected == 500'000; });
    auto const line =
        std::string("-ERR respguard: command 'flushall' denied by policy (rule=f)\r\n");
    bench.run_until([&] { return client.received_bytes == 500'000 * line.size(); });
}

TEST(SessionWriting, BufferSaysHowManyRefusalsWait)
{
    auto const rules =
        policy::test::compiled({policy::test::rule("f", {"flushall"}, policy::action::reject)});
    std::string flood;
    for (int i = 0; i < 100'000; ++i)
        flood += "FLUSHALL\n";
    for (std::uint64_t const limit : {16 * 1024U, 1024 * 1024U}) {
        relay_settings settings;
        settings.buffer_bytes = limit;
        session_bench bench(settings, rules);
        peer& client = bench.connect_narrow();
        (void)bench.accept();
        client.reads = false;
        client.send(flood);
        bench.run_until([&] { return buffered(bench) > limit; });
        bench.run_for(20ms);
        EXPECT_LE(buffered(bench), 2 * limit + 65'536 + 100 + test::received_at_once());
        client.keeps = false;
        client.reads = true;
        bench.run_until(
            [&] { return bench.stats.of(command::find("flushall")).rejected == 100'000; });
    }
}

TEST(SessionWriting, AFloodOfRefusalsBehindABlockedRequestIsBounded)
{
    auto const rules =
        policy::test::compiled({policy::test::rule("f", {"flushall"}, policy::action::reject)});
    session_bench bench({}, rules);
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"BLPOP", "l", "0"}));
    std::string flood;
    for (int i = 0; i < 100'000; ++i)
        flood += "FLUSHALL\n";
    client.send(flood);
    bench.run_for(100ms);
    EXPECT_LT(bench.group.snapshot().shards.at(0)->inflight_now, 1'000U);
    client.keeps = false;
    upstream.send("*-1\r\n");
    auto const line =
        std::string("-ERR respguard: command 'flushall' denied by policy (rule=f)\r\n");
    bench.run_until([&] { return client.received_bytes == 5 + 100'000 * line.size(); });
}

TEST(SessionWriting, ALargePipelineIsCarriedWhole)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    std::string pipeline;
    for (int i = 0; i < 50'000; ++i)
        pipeline += i % 3 == 0 ? "a b c d e f\n" : request({"GET", "a"});
    std::string wanted;
    for (int i = 0; i < 50'000; ++i) {
        wanted += i % 3 == 0 ? request({"a", "b", "c", "d", "e", "f"}) : request({"GET", "a"});
    }
    upstream.reads = false;
    client.send(pipeline);
    bench.run_for(50ms);
    upstream.reads = true;
    bench.run_until([&] { return upstream.received.size() >= wanted.size(); });
    EXPECT_TRUE(upstream.received == wanted);
    client.keeps = false;
    std::string replies;
    for (int i = 0; i < 50'000; ++i)
        replies += "$-1\r\n";
    upstream.send(replies);
    bench.run_until([&] { return client.received_bytes == replies.size(); });
    EXPECT_EQ(bench.group.snapshot().shards.at(0)->inflight_now, 0U);
}

TEST(SessionWriting, StopsReadingAtTheMostRequestsInFlight)
{
    relay_settings settings;
    settings.inflight_max = 100;
    session_bench bench(settings);
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    std::string pipeline;
    for (int i = 0; i < 1'000; ++i)
        pipeline += request({"PING"});
    client.send(pipeline);
    auto const hundred = pipeline.substr(0, pipeline.size() / 10);
    std::string pongs;
    for (int i = 0; i < 100; ++i)
        pongs += "+PONG\r\n";
    for (int i = 0; i < 10; ++i) {
        bench.run_until_received(upstream, hundred);
        bench.run_for(5ms);
        EXPECT_EQ(upstream.received, "") << "the next only when these are answered";
        upstream.send(pongs);
    }
    bench.run_until([&] { return client.received.size() == 10 * pongs.size(); });
}

}  // namespace
}  // namespace respguard::relay
