// What people see of a session.
#include <gtest/gtest.h>

#include <string>

#include "support/wire.hpp"
#include "unit/relay/session_bench.hpp"

namespace respguard::relay {
namespace {

using test::peer;
using test::request;
using test::session_bench;

stats::client_row row_of(session_bench const& bench)
{
    return bench.group.snapshot().clients.at(0);
}

TEST(SessionRow, TellsWhoTheClientIs)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    auto const asked = request({"HELLO", "3", "AUTH", "alice", "secret", "SETNAME", "worker"}) +
                       request({"SELECT", "8"}) + request({"GET", "a"}) + request({"NOSUCH"});
    client.send(asked);
    bench.run_until_received(upstream, asked);
    auto const answered = std::string("%0\r\n+OK\r\n$1\r\nb\r\n-ERR unknown\r\n");
    upstream.send(answered);
    bench.run_until_received(client, answered);
    auto const row = row_of(bench);
    EXPECT_EQ(row.id, 1U);
    EXPECT_EQ(row.address, net::local_of(client.fd()).to_string());
    EXPECT_EQ(row.listener, "door");
    EXPECT_EQ(row.name, "worker");
    EXPECT_EQ(row.user, "alice");
    EXPECT_EQ(row.db, 8U);
    EXPECT_EQ(row.resp, 3);
    EXPECT_EQ(row.state, "connected");
    EXPECT_EQ(row.commands, 4U);
    EXPECT_EQ(row.errors, 1U);
    EXPECT_EQ(row.request_bytes, asked.size());
    EXPECT_EQ(row.reply_bytes, answered.size());
    EXPECT_EQ(row.inflight, 0U);
    EXPECT_EQ(row.oldest_command, "");
    EXPECT_GT(row.age_ns, 0U);
    EXPECT_GE(row.age_ns, row.idle_ns);
}

TEST(SessionRow, TellsWhatItWaitsFor)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"MULTI"}) + request({"GET", "a"}));
    bench.run_until_received(upstream, request({"MULTI"}) + request({"GET", "a"}));
    auto const row = row_of(bench);
    EXPECT_EQ(row.inflight, 2U);
    EXPECT_TRUE(row.in_multi);
    EXPECT_EQ(row.oldest_command, "multi");
    EXPECT_GT(row.oldest_inflight_ns, 0U);
}

TEST(SessionRow, TellsTheOldestRequestThatDoesNotBlock)
{
    session_bench bench;
    auto const oldest = [&] { return bench.group.snapshot().shards.at(0)->oldest_inflight_ns; };
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    EXPECT_EQ(oldest(), 0U);
    EXPECT_EQ(bench.stats.upstream_connects.count(), 1U);
    EXPECT_LT(bench.stats.upstream_connects.max_ns(), 10'000'000'000U);
    client.send(request({"BLPOP", "a", "0"}));
    bench.run_until_received(upstream, request({"BLPOP", "a", "0"}));
    EXPECT_EQ(oldest(), 0U) << "waiting is its purpose";
    upstream.send("*-1\r\n");
    bench.run_until_received(client, "*-1\r\n");
    client.send(request({"GET", "a"}));
    bench.run_until_received(upstream, request({"GET", "a"}));
    EXPECT_GT(oldest(), 0U);
    EXPECT_LT(oldest(), 10'000'000'000U);
}

TEST(SessionRow, TellsThatItIsSubscribed)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"SUBSCRIBE", "c"}));
    bench.run_until_received(upstream, request({"SUBSCRIBE", "c"}));
    upstream.send(test::confirmation('*', "subscribe", "c", 1));
    bench.run_until([&] { return !client.received.empty(); });
    EXPECT_TRUE(row_of(bench).subscribed);
}

TEST(SessionRow, TellsTheKernelsEstimateOfThePath)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"PING"}));
    bench.run_until_received(upstream, request({"PING"}));
    auto const row = row_of(bench);
    EXPECT_GT(row.path_ns, 0U);
    EXPECT_LE(row.path_min_ns, row.path_ns);
}

TEST(SessionRow, TellsABlockingRequestWhoseTimeoutIsOver)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    auto const asked = request({"BZPOPMIN", "bull:notify:marker", "0.01"});
    client.send(asked + asked);
    bench.run_until_received(upstream, asked + asked);
    EXPECT_TRUE(bench.group.overdue().empty());
    bench.run_until([&] { return !bench.group.overdue().empty(); });
    auto const found = bench.group.overdue();
    ASSERT_EQ(found.size(), 1U) << "what is behind it waits for it";
    EXPECT_EQ(found[0].client_id, 1U);
    EXPECT_EQ(found[0].command, command::find("bzpopmin"));
    EXPECT_EQ(found[0].queue, "notify");
    EXPECT_EQ(found[0].timeout_ns, 10'000'000U);
    EXPECT_GT(found[0].waited_ns, 510'000'000U);
    upstream.send("*-1\r\n");
    bench.run_until([&] { return !client.received.empty(); });
    EXPECT_TRUE(bench.group.overdue().empty()) << "the time of the second one begins now";
}

TEST(SessionRow, TellsThatItIsHeld)
{
    session_bench bench;
    bench.server.close();
    (void)bench.connect();
    bench.run_until([&] { return !bench.events.held.empty(); });
    auto const copy = bench.group.snapshot();
    EXPECT_EQ(copy.clients.at(0).state, "held");
    EXPECT_EQ(copy.shards.at(0)->held_now, 1U);
    EXPECT_EQ(copy.shards.at(0)->upstream_connected_now, 0U);
}

TEST(SessionRow, TellsThatItIsClosing)
{
    session_bench bench;
    peer& client = bench.connect();
    (void)bench.accept();
    client.send("*x\r\n");
    bench.run_until([&] { return client.ended; });
    EXPECT_EQ(row_of(bench).state, "closing");
}

TEST(SessionRow, TellsWhatIsBuffered)
{
    session_bench bench;
    peer& client = bench.connect();
    (void)bench.accept();
    client.send("*2\r\n$4\r\nECHO\r\n");
    bench.run_until([&] { return row_of(bench).buffered_bytes == 14; });
}

}  // namespace
}  // namespace respguard::relay
