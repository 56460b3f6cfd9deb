// Reaching upstream, and keeping the client while that is not possible.
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <string>

#include "support/wire.hpp"
#include "unit/policy/judging.hpp"
#include "unit/relay/session_bench.hpp"

namespace respguard::relay {
namespace {

using policy::test::compiled;
using policy::test::rule;
using test::peer;
using test::request;
using test::session_bench;
using namespace std::chrono_literals;

relay_settings fast_retries()
{
    relay_settings settings;
    settings.retry_min = 5ms;
    settings.retry_max = 20ms;
    return settings;
}

TEST(SessionConnecting, HoldsTheClientUntilUpstreamIsBack)
{
    session_bench bench(fast_retries());
    bench.server.close();
    peer& client = bench.connect();
    client.send(request({"HELLO", "3"}) + request({"PING"}));
    bench.run_for(100ms);
    EXPECT_EQ(client.received, "");
    EXPECT_FALSE(client.ended);
    ASSERT_EQ(bench.events.held.size(), 1U);
    EXPECT_EQ(bench.events.held[0], ECONNREFUSED);
    EXPECT_GT(bench.stats.counters.upstream_connect_failures_total, 2U);
    EXPECT_EQ(bench.stats.counters.upstream_holds_total, 1U);

    bench.server.open_again();
    peer& upstream = bench.accept();
    bench.run_until_received(upstream, request({"HELLO", "3"}) + request({"PING"}));
    upstream.send("%0\r\n+PONG\r\n");
    bench.run_until_received(client, "%0\r\n+PONG\r\n");
}

TEST(SessionConnecting, LetsTheClientGoWhenHoldingWasTooLong)
{
    relay_settings settings = fast_retries();
    settings.hold = 100ms;
    session_bench bench(settings);
    bench.server.close();
    peer& client = bench.connect();
    bench.run_until_closed();
    bench.run_until([&] { return client.ended; });
    EXPECT_EQ(client.received, "") << "nothing is ever said to it";
    EXPECT_EQ(bench.events.closed[0], "upstream: not reachable");
    EXPECT_EQ(bench.events.last.error, ECONNREFUSED);
    EXPECT_EQ(bench.stats.counters.upstream_hold_timeouts_total, 1U);
}

TEST(SessionConnecting, DoesNotHoldIfItIsNotAskedTo)
{
    relay_settings settings;
    settings.hold = 0ms;
    session_bench bench(settings);
    bench.server.close();
    (void)bench.connect();
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "upstream: not reachable");
    EXPECT_TRUE(bench.events.held.empty());
    EXPECT_EQ(bench.stats.counters.upstream_hold_timeouts_total, 0U);
}

TEST(SessionConnecting, ForwardsWhatAClientSentThatLeftAtOnce)
{
    session_bench bench;
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    auto const sent = request({"SET", "a", "b"});
    {
        net::stream client(ends[1]);
        ASSERT_EQ(client.write(std::array<byte_view, 1>{sent}).bytes, sent.size());
    }
    bench.group.adopt({ends[0], 0, net::peer_of(ends[0])}, 0);
    bench.run_until_received(bench.accept(), sent);
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "client: closed");
}

TEST(SessionConnecting, LetsAClientLeaveWhileItIsHeld)
{
    session_bench bench(fast_retries());
    bench.server.close();
    peer& client = bench.connect();
    client.send(request({"SET", "a", "b"}));
    bench.run_until([&] { return !bench.events.held.empty(); });
    client.end();
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "client: closed while upstream was away");
    bench.server.open_again();
    bench.run_for(50ms);
    EXPECT_EQ(bench.server.accept(), -1) << "nothing of it is forwarded later";
}

TEST(SessionConnecting, LetsAClientBeResetWhileItIsHeld)
{
    session_bench bench(fast_retries());
    bench.server.close();
    peer& client = bench.connect();
    bench.run_until([&] { return !bench.events.held.empty(); });
    client.reset();
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "client: closed while upstream was away");
}

TEST(SessionConnecting, TreatsAHangUpBeforeTheFirstRequestAsAnOutage)
{
    session_bench bench(fast_retries());
    peer& client = bench.connect();
    peer& first = bench.accept();
    first.close();
    peer& second = bench.accept();
    EXPECT_EQ(bench.events.held.size(), 1U);
    client.send(request({"PING"}));
    bench.run_until_received(second, request({"PING"}));
    second.send("+PONG\r\n");
    bench.run_until_received(client, "+PONG\r\n");
}

TEST(SessionConnecting, TreatsAHangUpBehindARefusalAsAnOutage)
{
    session_bench bench(fast_retries());
    peer& client = bench.connect();
    peer& first = bench.accept();
    client.send("\r\n*0\r\n");
    bench.run_for(5ms);
    first.close();
    peer& second = bench.accept();
    client.send(request({"PING"}));
    bench.run_until_received(second, request({"PING"}));
}

TEST(SessionConnecting, KeepsAHalfRequestOverAnOutage)
{
    session_bench bench(fast_retries());
    peer& client = bench.connect();
    peer& first = bench.accept();
    client.send("*2\r\n$4\r\nECH");
    bench.run_for(5ms);
    first.close();
    peer& second = bench.accept();
    client.send("O\r\n$1\r\na\r\n");
    bench.run_until_received(second, request({"ECHO", "a"}));
}

TEST(SessionConnecting, DoesNotHoldAConnectionThatWasUsed)
{
    session_bench bench(fast_retries());
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"PING"}));
    bench.run_until_received(upstream, request({"PING"}));
    upstream.send("+PONG\r\n");
    bench.run_until_received(client, "+PONG\r\n");
    upstream.close();
    bench.run_until([&] { return client.ended; });
    client.close();
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "upstream: closed");
    EXPECT_TRUE(bench.events.held.empty());
}

TEST(SessionConnecting, DoesNotMixTheWordsOfTwoServers)
{
    session_bench bench(fast_retries());
    peer& client = bench.connect();
    peer& first = bench.accept();
    first.send("-ERR max num");
    first.end();
    bench.run_until_received(client, "-ERR max num");
    bench.run_until([&] { return client.ended; });
    client.close();
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed[0], "upstream: closed");
    EXPECT_EQ(bench.server.accept(), -1);
}

// The time of the barrier behind an error of ours, and that of the next attempt, are one timer.
TEST(SessionConnecting, ABarrierIsLiftedThoughUpstreamWentMeanwhile)
{
    session_bench bench(fast_retries(),
                        compiled({rule("no-flush", {"flushall"}, policy::action::reject)}));
    peer& client = bench.connect();
    peer& first = bench.accept();
    client.send(request({"FLUSHALL"}));
    bench.run_until_received(
        client, "-ERR respguard: command 'flushall' denied by policy (rule=no-flush)\r\n");
    first.close();
    peer& second = bench.accept();
    client.send(request({"GET", "a"}));
    bench.run_until_received(second, request({"GET", "a"}));
}

TEST(SessionConnecting, TakesAUnixSocket)
{
    // Connects at once, without an event.
    auto const path = testing::TempDir() + "respguard-session-" + std::to_string(::getpid());
    net::endpoint place;
    place.kind = net::endpoint::family::unix_socket;
    place.path = path;
    auto const listening = net::open_listener(net::resolve(place).value().front(), {}, false);
    ASSERT_EQ(listening.error, 0);
    net::stream const owner(listening.fd);
    session_bench bench({}, {}, 100, place);
    peer& client = bench.connect();
    int fd = -1;
    bench.run_until(
        [&] { return (fd = ::accept4(listening.fd, nullptr, nullptr, SOCK_NONBLOCK)) >= 0; });
    peer upstream{net::stream(fd)};
    client.send(request({"PING"}));
    bench.run_until([&] {
        upstream.pump();
        return upstream.received == request({"PING"});
    });
    upstream.send("+PONG\r\n");
    bench.run_until_received(client, "+PONG\r\n");
    ::unlink(path.c_str());
}

}  // namespace
}  // namespace respguard::relay
