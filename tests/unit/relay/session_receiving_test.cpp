// Sessions that are received by the ring, or told of on the edge, and those that go back and forth.
#include "respguard/net/ring_trial.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/uio.h>
#include <vector>

#include "support/wire.hpp"
#include "unit/relay/session_bench.hpp"

namespace respguard::relay {
namespace {

using test::connected_in_step;
using test::peers;
using test::request;
using test::session_bench;
using namespace std::chrono_literals;

/// Of a unix socket: the bytes, and with them its own descriptor.
void send_with_descriptor(int fd, std::string const& bytes)
{
    iovec what{const_cast<char*>(bytes.data()), bytes.size()};  // sendmsg() only reads.
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof fd)> room{};
    msghdr message{};
    message.msg_iov = &what;
    message.msg_iovlen = 1;
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    cmsghdr* const control = CMSG_FIRSTHDR(&message);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(control), &fd, sizeof fd);
    EXPECT_EQ(::sendmsg(fd, &message, MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
}

class SessionReceiving : public testing::TestWithParam<char const*> {
protected:
    void SetUp() override
    {
        if (auto const tried = net::try_ring(); GetParam() == by_ring && !tried.works) {
            GTEST_SKIP() << tried.why_not;
        }
    }
    static constexpr std::string_view by_ring = "io_uring";

private:
    test::chosen_io way_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Ways, SessionReceiving, testing::Values("io_uring", "epoll"),
                         [](auto const& way) { return std::string(way.param); });

TEST_P(SessionReceiving, OfAnySizeInBothDirectionsNothingIsLostOrTwice)
{
    session_bench bench;
    auto const all = connected_in_step(bench, 12);
    std::mt19937 random(7);
    auto const upto = [&](std::size_t most) { return random() % most; };
    constexpr std::array<std::size_t, 6> sizes{10, 100, 5'000, 20'000, 70'000, 300'000};
    for (int round = 0; round < 60; ++round) {
        std::vector<std::string> requests(all.size());
        std::vector<std::string> replies(all.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            for (std::size_t k = upto(4); k > 0; --k) {
                // Mostly small, so that they join again.
                std::size_t const kind = round % 3 == 0 ? sizes.size() : 2;
                std::string const value(1 + upto(sizes[upto(kind)]),
                                        static_cast<char>('a' + upto(26)));
                requests[i] += request({"SET", std::to_string(i), value});
                replies[i] += test::bulk(std::string(1 + upto(sizes[upto(kind)]), 'v'));
            }
            std::size_t const cut = upto(requests[i].size() + 1);
            all[i].client->send(byte_view(requests[i]).substr(0, cut));
            if (upto(3) == 0) bench.run_for(1ms);
            all[i].client->send(byte_view(requests[i]).substr(cut));
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            bench.run_until_received(*all[i].upstream, requests[i]);
            std::size_t const cut = upto(replies[i].size() + 1);
            all[i].upstream->send(byte_view(replies[i]).substr(0, cut));
            if (upto(3) == 0) bench.run_for(1ms);
            all[i].upstream->send(byte_view(replies[i]).substr(cut));
        }
        for (std::size_t i = 0; i < all.size(); ++i)
            bench.run_until_received(*all[i].client, replies[i]);
    }
    EXPECT_TRUE(bench.events.closed.empty());
}

TEST_P(SessionReceiving, ASingleSessionIsOnTheRing)
{
    session_bench bench;
    (void)connected_in_step(bench, 1);
    EXPECT_EQ(bench.loop.is_receiving(), GetParam() == by_ring);
}

TEST_P(SessionReceiving, WhoeverLeftTheRingComesBackWhenItHasBeenCalm)
{
    session_bench bench;
    auto const both = connected_in_step(bench, 1).front();
    auto const round = [&](std::string const& requests) {
        both.client->send(requests);
        bench.run_until_received(*both.upstream, requests);
        both.upstream->send("+PONG\r\n");
        bench.run_until_received(*both.client, "+PONG\r\n");
    };
    // Not small. It has left four times, one arrival was enough at first, 16 are now.
    std::string const large = request({"SET", "k", std::string(10'000, 'v')});
    for (int i = 0; i < 4; ++i) {
        for (int small = 0; small < 20; ++small)
            round(request({"PING"}));
        EXPECT_EQ(bench.loop.is_receiving(), GetParam() == by_ring);
        round(large);
        EXPECT_FALSE(bench.loop.is_receiving());
    }
    for (int small = 0; small < 4; ++small)
        round(request({"PING"}));
    EXPECT_FALSE(bench.loop.is_receiving());
    for (int small = 0; small < 8; ++small)
        round(request({"PING"}));
    EXPECT_EQ(bench.loop.is_receiving(), GetParam() == by_ring);
}

TEST_P(SessionReceiving, AClientThatDoesNotReadHoldsNoMoreThanTheBuffers)
{
    session_bench bench;
    auto const both = connected_in_step(bench, 1).front();
    both.client->reads = false;
    constexpr int count = 100'000;
    std::string requests;
    std::string replies;
    for (int i = 0; i < count; ++i) {
        requests += request({"GET", "k"});
        replies += test::bulk(std::string(100, 'r'));
    }
    both.client->send(requests);
    bench.run_until_received(*both.upstream, requests);
    both.upstream->send(replies);
    bench.run_for(300ms);
    EXPECT_LT(bench.group.snapshot().shards.front()->buffered_bytes_now, 700'000U);
    both.client->reads = true;
    bench.run_until_received(*both.client, replies);
}

TEST_P(SessionReceiving, AnUpstreamThatDoesNotReadStopsTheClient)
{
    session_bench bench;
    auto const both = connected_in_step(bench, 1).front();
    both.upstream->reads = false;
    std::string requests;
    for (int i = 0; i < 200'000; ++i)
        requests += request({"SET", "k", std::string(80, 'v')});
    both.client->send(requests);
    bench.run_for(300ms);
    EXPECT_LT(bench.group.snapshot().shards.front()->buffered_bytes_now, 700'000U);
    EXPECT_GT(both.client->unsent_bytes(), 0U);
    both.upstream->reads = true;
    bench.run_until_received(*both.upstream, requests);
}

TEST_P(SessionReceiving, TheLastReplyIsTakenBehindAHalfClose)
{
    session_bench bench;
    auto const both = connected_in_step(bench, 1).front();
    both.client->send(request({"GET", "k"}));
    both.client->end();
    bench.run_until_received(*both.upstream, request({"GET", "k"}));
    bench.run_until([&] { return both.upstream->ended; });
    both.upstream->send("$1\r\nv\r\n");
    both.upstream->close();
    bench.run_until_received(*both.client, "$1\r\nv\r\n");
    bench.run_until([&] { return both.client->ended; });
    bench.run_until_closed();
    EXPECT_EQ(bench.events.closed.front(), "client: closed");
}

TEST_P(SessionReceiving, BothSocketsAreClosedAtOnce)
{
    session_bench bench;
    auto const all = connected_in_step(bench, 3);
    all[0].client->close();
    all[1].client->reset();
    all[2].upstream->close();
    bench.run_until_closed(3);
    for (auto const* each : {all[0].upstream, all[1].upstream, all[2].client})
        bench.run_until([&] { return each->ended || each->error != 0; });
}

// What it deferred before it ended must not come when it is gone, whoever ended before it.
TEST_P(SessionReceiving, ThoseThatEndInOneWakeUpEndOneByOne)
{
    session_bench bench;
    auto const all = connected_in_step(bench, 8);
    for (std::size_t i = 0; i < all.size(); i += 2) {
        all[i].client->reset();
        all[i + 1].client->reset();
        all[i + 1].upstream->send("$1\r\nv\r\n");
    }
    bench.run_until_closed(all.size());
    bench.run_for(1ms);
}

TEST_P(SessionReceiving, DrainsAndStops)
{
    session_bench bench;
    auto const all = connected_in_step(bench, 4);
    all[0].client->send(request({"GET", "k"}));
    bench.run_until_received(*all[0].upstream, request({"GET", "k"}));
    bool drained = false;
    bench.group.drain([&] { drained = true; });
    bench.run_until([&] { return all[1].client->ended && all[3].client->ended; });
    EXPECT_FALSE(all[0].client->ended);
    all[0].upstream->send("$1\r\nv\r\n");
    bench.run_until_received(*all[0].client, "$1\r\nv\r\n");
    bench.run_until([&] { return all[0].client->ended; });
    for (auto const& each : all)
        each.client->close();
    bench.run_until([&] { return drained; });
}

// Sent by one call: when each was is known as its place in it.
TEST_P(SessionReceiving, RoundTripsOfWhatIsSentTogetherLieBetweenWhatBothEndsSaw)
{
    session_bench bench;
    auto const all = connected_in_step(bench, 24);
    auto const round_trips = [&] {
        std::vector<std::uint64_t> sums;
        for (auto const& each : bench.group.snapshot().clients)
            sums.push_back(each.round_trip_ns);
        return sums;
    };
    auto const before = round_trips();
    std::uint64_t const sent_ns = net::monotonic_ns();
    for (auto const& each : all)
        each.client->send(request({"GET", "k"}));
    for (auto const& each : all)
        bench.run_until([&] { return !each.upstream->received.empty(); });
    std::uint64_t const arrived_ns = net::monotonic_ns();
    bench.run_for(5ms);
    std::uint64_t const answered_ns = net::monotonic_ns();
    for (auto const& each : all)
        each.upstream->send("$1\r\nv\r\n");
    for (auto const& each : all)
        bench.run_until_received(*each.client, "$1\r\nv\r\n");
    std::uint64_t const received_ns = net::monotonic_ns();
    auto const after = round_trips();
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_GE(after[i] - before[i], answered_ns - arrived_ns);
        EXPECT_LE(after[i] - before[i], received_ns - sent_ns);
    }
}

// A read stops in front of an urgent byte, which nobody asks for, though more is there.
TEST_P(SessionReceiving, UrgentBytesHideNothingThatIsBehindThem)
{
    session_bench bench;
    auto const both = connected_in_step(bench, 1).front();
    std::string const ping = request({"PING"});
    for (int i = 0; i < 20; ++i) {
        both.client->send(ping);
        ASSERT_EQ(::send(both.client->fd(), "!", 1, MSG_OOB | MSG_NOSIGNAL), 1);
        both.client->send(ping);
        bench.run_until_received(*both.upstream, ping + ping);
    }
}

// On a unix socket, a read stops behind bytes that a descriptor came with, too.
TEST_P(SessionReceiving, DescriptorsHideNothingThatIsBehindThem)
{
    session_bench bench;
    test::peer& client = bench.connect_pair();
    test::peer& upstream = bench.accept();
    std::string const ping = request({"PING"});
    for (int i = 0; i < 20; ++i) {
        client.send(ping);
        bench.run_until_received(upstream, ping);
        upstream.send("+PONG\r\n");
        bench.run_until_received(client, "+PONG\r\n");
    }
    send_with_descriptor(client.fd(), ping);
    client.send(ping);
    bench.run_until_received(upstream, ping + ping);
}

TEST_P(SessionReceiving, AGroupMayGoWithItsSessions)
{
    session_bench bench;
    (void)connected_in_step(bench, 4);
}

}  // namespace
}  // namespace respguard::relay
