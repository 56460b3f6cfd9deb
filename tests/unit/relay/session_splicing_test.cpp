// Large bodies that go past the process: the same bytes in the same order, and nothing kept.
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

std::string distinct_bytes(std::size_t size)
{
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<char>(i * 2'654'435'761U >> 13);
    return bytes;
}

constexpr std::size_t large = 3'000'000;

TEST(SessionSplicing, MovesALargeArgumentUnchanged)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    auto const bytes = request({"SET", "a", distinct_bytes(large)}) + request({"GET", "a"});
    client.send(bytes);
    bench.run_until_received(upstream, bytes);
    EXPECT_GT(bench.stats.counters.spliced_bytes_total, large / 2) << "it was not copied";
    upstream.send("+OK\r\n$1\r\nx\r\n");
    bench.run_until_received(client, "+OK\r\n$1\r\nx\r\n");
}

TEST(SessionSplicing, MovesALargeReplyUnchanged)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"GET", "a"}) + request({"PING"}));
    bench.run_until([&] { return upstream.received.size() == request({"GET", "a"}).size() + 14; });
    auto const bytes = test::bulk(distinct_bytes(large)) + "+PONG\r\n";
    upstream.send(bytes);
    bench.run_until_received(client, bytes);
    EXPECT_GT(bench.stats.counters.spliced_bytes_total, large / 2);
    auto const& get = bench.stats.of(command::find("get"));
    EXPECT_EQ(get.reply_bytes, test::bulk(std::string(large, 'x')).size());
    EXPECT_EQ(get.round_trip.count(), 1U);
}

TEST(SessionSplicing, MovesElementsOfALargeArray)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"MGET", "a", "b"}));
    bench.run_until([&] { return !upstream.received.empty(); });
    auto const one = test::bulk(distinct_bytes(large));
    upstream.send("*2\r\n" + one + one);
    bench.run_until_received(client, "*2\r\n" + one + one);
}

TEST(SessionSplicing, ChecksWhatStandsBehindTheBody)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"GET", "a"}));
    bench.run_until([&] { return !upstream.received.empty(); });
    auto bytes = test::bulk(distinct_bytes(large));
    bytes[bytes.size() - 2] = 'X';
    upstream.send(bytes);
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed.front().substr(0, 9), "upstream:");
}

TEST(SessionSplicing, MakesTheLineEndOfALargeArgumentCanonical)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    auto const canonical = request({"SET", "a", distinct_bytes(large)});
    auto odd = canonical;
    odd[odd.size() - 2] = 'X';
    odd[odd.size() - 1] = 'Y';
    client.send(odd);
    bench.run_until_received(upstream, canonical);
}

TEST(SessionSplicing, KeepsLittleWhenUpstreamDoesNotRead)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    upstream.reads = false;
    auto const bytes = request({"SET", "a", distinct_bytes(60'000'000)});
    client.send(bytes);
    bench.run_for(300ms);
    ASSERT_GT(client.unsent_bytes(), 0U) << "the client is slowed down";
    EXPECT_LE(bench.group.snapshot().shards.at(0)->buffered_bytes_now,
              2 * bench.settings.buffer_bytes);
    upstream.keeps = false;
    upstream.reads = true;
    bench.run_until([&] { return upstream.received_bytes == bytes.size(); });
}

TEST(SessionSplicing, AClientThatLeavesInTheMiddleEndsBothSides)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    upstream.keeps = false;
    auto const bytes = request({"SET", "a", distinct_bytes(large)});
    client.send(bytes.substr(0, bytes.size() - 100'000));
    client.end();
    bench.run_until([&] { return upstream.ended; });
    EXPECT_EQ(upstream.received_bytes, bytes.size() - 100'000);
    upstream.end();
    bench.run_until_closed();
}

TEST(SessionSplicing, AClosingRuleStopsALargeReply)
{
    constexpr std::uint64_t limit = 1024 * 1024;
    auto big = policy::test::rule("big", {}, policy::action::close);
    big.match.reply_bytes_over = limit;
    session_bench bench({}, policy::test::compiled({big}));
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"GET", "a"}));
    bench.run_until([&] { return !upstream.received.empty(); });
    upstream.send(test::bulk(distinct_bytes(large)));
    bench.run_until_closed();
    bench.run_until([&] { return client.ended || client.error != 0; });
    EXPECT_EQ(bench.events.closed.front(), "client: closed by rule");
    EXPECT_LE(client.received_bytes, limit) << "what is over the limit is not passed on";
}

TEST(SessionSplicing, UnreadRequestsDoNotKeepRepliesFromBeingMoved)
{
    session_bench bench;
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"GET", "a"}) + "*2\r\n$3\r\nGET\r\n");
    bench.run_until([&] { return upstream.received == request({"GET", "a"}); });
    auto const bytes = test::bulk(distinct_bytes(large));
    upstream.send(bytes);
    bench.run_until_received(client, bytes);
    EXPECT_GT(bench.stats.counters.spliced_bytes_total, large / 2);
}

TEST(SessionSplicing, ARefusedBodyIsNotMoved)
{
    auto big = policy::test::rule("big", {}, policy::action::reject);
    big.match.request_bytes_over = 1024 * 1024;
    session_bench bench({}, policy::test::compiled({big}));
    peer& client = bench.connect();
    peer& upstream = bench.accept();
    client.send(request({"SET", "a", distinct_bytes(large)}) + request({"PING"}));
    bench.run_until_received(upstream, request({"PING"}));
    EXPECT_EQ(bench.stats.counters.spliced_bytes_total, 0U);
}

}  // namespace
}  // namespace respguard::relay
