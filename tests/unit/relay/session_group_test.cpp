#include "respguard/relay/session_group.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "support/wire.hpp"
#include "unit/policy/judging.hpp"
#include "unit/relay/session_bench.hpp"

namespace respguard::relay {
namespace {

using test::peer;
using test::request;
using test::session_bench;
using namespace std::chrono_literals;

TEST(SessionGroup, RefusesClientsItHasNoRoomForInRedissWords)
{
    session_bench bench({}, {}, 2);
    (void)bench.connect();
    (void)bench.connect();
    peer& third = bench.connect();
    bench.run_until_received(third, "-ERR max number of clients reached\r\n");
    bench.run_until([&] { return third.ended; });
    EXPECT_EQ(bench.group.size(), 2U);
    EXPECT_EQ(bench.stats.counters.client_connections_refused_total, 1U);
    ASSERT_EQ(bench.events.refused.size(), 1U);
    EXPECT_EQ(bench.events.refused[0], net::local_of(third.fd()).to_string() + " of 2");
    EXPECT_EQ(bench.stats.counters.client_connections_total, 2U);
}

TEST(SessionGroup, HasRoomAgainWhenAClientLeft)
{
    session_bench bench({}, {}, 1);
    peer& first = bench.connect();
    (void)bench.accept();
    first.end();
    bench.run_until_closed();
    peer& second = bench.connect();
    peer& upstream = bench.accept();
    second.send(request({"PING"}));
    bench.run_until_received(upstream, request({"PING"}));
}

TEST(SessionGroup, CountsWhyConnectionsEnded)
{
    session_bench bench;
    for (int i = 0; i < 3; ++i) {
        peer& client = bench.connect();
        (void)bench.accept();
        client.end();
    }
    bench.run_until_closed(3);
    ASSERT_EQ(bench.stats.closed().size(), 1U);
    EXPECT_STREQ(bench.stats.closed()[0].by, "client");
    EXPECT_STREQ(bench.stats.closed()[0].reason, "closed");
    EXPECT_EQ(bench.stats.closed()[0].count, 3U);
}

TEST(SessionGroup, StopEndsEverything)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    (void)bench.connect();
    client.send(request({"BLPOP", "l", "0"}));
    bench.run_until_received(upstream, request({"BLPOP", "l", "0"}));
    bench.group.stop();
    EXPECT_EQ(bench.group.size(), 0U);
    bench.run_until([&] { return client.ended && upstream.ended; });
    EXPECT_EQ(bench.events.closed.size(), 2U);
    EXPECT_EQ(bench.events.closed[0], "guard: stopped");
}

TEST(SessionGroup, AnEmptyOneIsDrainedAtOnce)
{
    session_bench bench;
    bool done = false;
    bench.group.drain([&] { done = true; });
    EXPECT_TRUE(done);
}

TEST(SessionGroup, IsDrainedOnceWhenTheLastSessionIsGone)
{
    session_bench bench;
    for (int i = 0; i < 5; ++i)
        (void)bench.connect();
    for (int i = 0; i < 5; ++i)
        (void)bench.accept();
    int done = 0;
    bench.group.drain([&] {
        ++done;
        EXPECT_EQ(bench.group.size(), 0U);
    });
    bench.run_until([&] { return done > 0; });
    bench.run_for(20ms);
    EXPECT_EQ(done, 1);
}

TEST(SessionGroup, SessionsThatEndTogetherDoNotConfuseEachOther)
{
    session_bench bench;
    std::vector<peer*> clients;
    for (int i = 0; i < 30; ++i)
        clients.push_back(&bench.connect());
    for (int i = 0; i < 30; ++i)
        (void)bench.accept();
    for (std::size_t i = 0; i < clients.size(); i += 2)
        clients[i]->reset();
    bench.run_until_closed(15);
    EXPECT_EQ(bench.group.size(), 15U);
    for (std::size_t i = 1; i < clients.size(); i += 2)
        clients[i]->end();
    bench.run_until_closed(30);
    EXPECT_EQ(bench.group.size(), 0U);
}

std::ptrdiff_t open_descriptors()
{
    auto const all = std::filesystem::directory_iterator("/proc/self/fd");
    return std::distance(begin(all), end(all));
}

TEST(SessionGroup, SessionsLeaveNoDescriptorBehind)
{
    relay_settings settings;
    settings.retry_min = settings.retry_max = 5ms;
    settings.linger_timeout = 20ms;
    session_bench bench(settings);
    auto const before = open_descriptors();
    std::vector<std::function<void(peer&, peer&)>> const ways = {
        [](peer& client, peer&) { client.reset(); },
        [](peer& client, peer&) { client.end(); },
        [](peer& client, peer&) { client.send("*x\r\n"); },
        [](peer& client, peer&) { client.send("POST / HTTP/1.1\r\n"); },
        [](peer&, peer& upstream) { upstream.send("?"); },
        [](peer&, peer& upstream) { upstream.send("-ERR max number of clients reached\r\n"); },
        [&](peer& client, peer& upstream) {
            client.send(request({"PING"}));
            bench.run_until_received(upstream, request({"PING"}));
            upstream.reset();
        },
        [&](peer& client, peer& upstream) {
            upstream.close();  // Held, connected once more, then let go.
            peer& second = bench.accept();
            client.end();
            bench.run_until_closed(8);
            second.close();
        }};
    for (std::size_t i = 0; i < ways.size(); ++i) {
        peer& client = bench.connect();
        peer& upstream = bench.accept();
        ways[i](client, upstream);
        bench.run_until_closed(i + 1);
        client.close();
        upstream.close();
    }
    EXPECT_EQ(bench.group.size(), 0U);
    EXPECT_EQ(open_descriptors(), before);
}

TEST(SessionGroup, SnapshotsAreBounded)
{
    session_bench bench;
    auto const empty = bench.group.snapshot();
    EXPECT_TRUE(empty.clients.empty());
    ASSERT_EQ(empty.shards.size(), 1U);
    (void)bench.connect();
    (void)bench.accept();
    auto const one = bench.group.snapshot();
    EXPECT_EQ(one.clients.size(), 1U);
    EXPECT_FALSE(one.clients_truncated);
    EXPECT_EQ(one.shards[0]->clients_now, 1U);
}

TEST(SessionGroup, MayBeDestroyedWithSessionsInIt)
{
    session_bench bench;
    peer& client = bench.connect();
    (void)bench.accept();
    client.send("*2\r\n$4\r\nECHO\r\n");
    bench.run_for(5ms);
}

TEST(SessionGroup, KeepsWhatWasCountedByRuleWhenTheRulesAreReplaced)
{
    auto const get = policy::test::rule("get", {"get"}, policy::action::alert);
    auto const set = policy::test::rule("set", {"set"}, policy::action::alert);
    session_bench bench({}, policy::test::compiled({get, set}));
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"SET", "a", "b"}));
    bench.run_until_received(upstream, request({"SET", "a", "b"}));
    EXPECT_EQ(bench.stats.rules.at(1).alert, 1U);

    auto fresh = policy::test::compiled({set});
    policy::rule_places const places(bench.rules, fresh);
    bench.rules = std::move(fresh);
    bench.group.renumber_rules(places);
    ASSERT_EQ(bench.stats.rules.size(), 1U);
    EXPECT_EQ(bench.stats.rules[0].alert, 1U);
    client.send(request({"GET", "a"}) + request({"SET", "a", "b"}));
    bench.run_until_received(upstream, request({"GET", "a"}) + request({"SET", "a", "b"}));
    EXPECT_EQ(bench.stats.rules[0].alert, 2U);
    EXPECT_EQ(bench.group.size(), 1U);
}

}  // namespace
}  // namespace respguard::relay
