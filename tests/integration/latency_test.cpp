// Proves docs/LATENCY.md: what the guard reports is what an upstream of known delay did.
//
// The upstream here is a thread that spins instead of sleeping and notes, for each request, when it
// had read it and when it had sent the reply. The guard must report the same durations.
#include "respguard/net/sockets.hpp"
#include "respguard/stats/snapshot.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <deque>
#include <future>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include "app/listeners.hpp"
#include "app/shard.hpp"

namespace respguard {
namespace {

using namespace std::chrono_literals;

/// Answers every request with +OK after its delay, in order, and remembers how long it really took.
class slow_upstream {
public:
    explicit slow_upstream(std::chrono::nanoseconds delay) : delay_(delay)
    {
        auto const address =
            net::resolve(net::parse_endpoint("127.0.0.1:0").value()).value().front();
        listener_ = net::stream(net::open_listener(address, {}, false).fd);
        where = net::local_of(listener_.fd()).to_string();
        thread_ = std::thread([this] { run(); });
    }
    ~slow_upstream() { stop(); }
    slow_upstream(slow_upstream const&) = delete;
    slow_upstream& operator=(slow_upstream const&) = delete;

    void stop()
    {
        stopped_ = true;
        if (thread_.joinable()) thread_.join();
    }

    std::string where;
    std::vector<std::uint64_t> took_ns;  // Valid after stop().

private:
    void run()
    {
        int fd = -1;
        while (fd < 0 && !stopped_)
            fd = ::accept4(listener_.fd(), nullptr, nullptr, SOCK_NONBLOCK);
        net::stream connection(fd);
        net::set_options(fd, AF_INET, {});
        std::array<char, 65536> room;
        std::deque<std::uint64_t> arrived;
        std::uint64_t last_sent = 0;
        while (!stopped_) {
            auto const got = connection.read(room);
            std::uint64_t const now = net::monotonic_ns();
            if (got.what == net::io_status::end || got.what == net::io_status::error) return;
            // Requests of this test hold exactly one '*' each.
            auto const count = std::count(room.data(), room.data() + got.bytes, '*');
            arrived.insert(arrived.end(), static_cast<std::size_t>(count), now);
            if (arrived.empty()) continue;
            // One after the other, as a server does: each takes `delay` from when its turn came.
            std::uint64_t const turn = std::max(arrived.front(), last_sent);
            if (now < turn + static_cast<std::uint64_t>(delay_.count())) continue;
            (void)connection.write(std::array<byte_view, 1>{"+OK\r\n"});
            last_sent = net::monotonic_ns();
            took_ns.push_back(last_sent - arrived.front());
            arrived.pop_front();
        }
    }

    std::chrono::nanoseconds delay_;
    net::stream listener_;
    std::atomic<bool> stopped_{false};
    std::thread thread_;
};

/// A guard in this process, with one client.
class running_guard {
public:
    explicit running_guard(std::string const& upstream)
    {
        settings_.listen = {"127.0.0.1:0"};
        bound_ = app::bind_listeners(settings_);
        shard_ = std::make_unique<app::shard>(
            app::shard::parts{{settings_.sockets, settings_.relay, rules_},
                              net::parse_endpoint(upstream).value(),
                              bound_.names,
                              10,
                              [](stats::event const&) {}});
        shard_->add_listener(bound_.sockets[0][0]);
        shard_->start();
        client_ = ::socket(AF_INET, SOCK_STREAM, 0);
        auto const where =
            net::resolve(net::parse_endpoint(bound_.names[0]).value()).value().front();
        EXPECT_EQ(::connect(client_, where.get(), where.size), 0);
    }
    ~running_guard() { ::close(client_); }
    running_guard(running_guard const&) = delete;
    running_guard& operator=(running_guard const&) = delete;

    void send(std::string_view requests)
    {
        (void)::send(client_, requests.data(), requests.size(), 0);
    }

    /// Waits for so many "+OK\r\n".
    void read_replies(std::size_t count)
    {
        std::array<char, 4096> room;
        for (std::size_t left = count * 5; left > 0;) {
            auto const got = ::recv(client_, room.data(), std::min(room.size(), left), 0);
            ASSERT_GT(got, 0);
            left -= static_cast<std::size_t>(got);
        }
    }

    stats::command_stats counted(std::string_view command)
    {
        std::promise<stats::snapshot> copy;
        shard_->snapshot([&copy](stats::snapshot made) { copy.set_value(std::move(made)); });
        auto const made = copy.get_future().get();
        auto const* found = made.shards.front()->find(command::find(command));
        return found == nullptr ? stats::command_stats{} : *found;
    }

private:
    config::settings settings_;
    policy::rule_set rules_;
    app::open_listeners bound_;
    std::unique_ptr<app::shard> shard_;
    int client_ = -1;
};

std::uint64_t quantile(std::vector<std::uint64_t> values, double q)
{
    std::sort(values.begin(), values.end());
    auto const index = static_cast<std::size_t>(q * static_cast<double>(values.size() - 1) + 0.5);
    return values[index];
}

/// 5 % and 100 us, as docs/LATENCY.md promises.
bool is_close(std::uint64_t reported, std::uint64_t real)
{
    double const off = std::abs(static_cast<double>(reported) - static_cast<double>(real));
    return off <= static_cast<double>(real) * 0.05 + 100'000.0;
}

struct round_result {
    bool close = false;
    std::string text;
};

constexpr std::string_view ping = "*1\r\n$4\r\nPING\r\n";

/// `batches` times `depth` requests in one write.
round_result play(std::chrono::nanoseconds delay, std::size_t batches, std::size_t depth)
{
    slow_upstream upstream(delay);
    running_guard guard(upstream.where);
    std::string requests;
    for (std::size_t i = 0; i < depth; ++i)
        requests += ping;
    for (std::size_t i = 0; i < batches; ++i) {
        guard.send(requests);
        guard.read_replies(depth);
    }
    auto const counted = guard.counted("ping");
    upstream.stop();
    EXPECT_EQ(counted.calls, batches * depth);
    EXPECT_EQ(counted.round_trip.count(), batches * depth);
    round_result result{true, {}};
    for (double const q : {0.5, 0.99}) {
        std::uint64_t const real = quantile(upstream.took_ns, q);
        std::uint64_t const reported = counted.round_trip.quantile_ns(q);
        result.close = result.close && is_close(reported, real);
        result.text += "q" + std::to_string(q) + " upstream took " + std::to_string(real / 1000) +
                       " us, guard says " + std::to_string(reported / 1000) + " us\n";
    }
    return result;
}

/// What is between the two clocks besides the guard is the machine: a shared one delays a wake-up
/// by a millisecond now and then, and p99 of a few hundred requests sees that. The best of a few
/// rounds shows what the guard does; a guard that measures something else fails all of them.
void expect_close(std::chrono::nanoseconds delay, std::size_t batches, std::size_t depth)
{
    std::string texts;
    for (int round = 0; round < 6; ++round) {
        auto const result = play(delay, batches, depth);
        if (result.close) return;
        texts += result.text;
    }
    ADD_FAILURE() << texts;
}

TEST(Latency, RoundTripOfOneMillisecondIsReportedAsIs) { expect_close(1ms, 200, 1); }

TEST(Latency, RoundTripOfFiveMillisecondsIsReportedAsIs) { expect_close(5ms, 100, 1); }

TEST(Latency, RoundTripOfFiftyMillisecondsIsReportedAsIs) { expect_close(50ms, 20, 1); }

TEST(Latency, PipelinedRequestsHaveARoundTripEach)
{
    // Ten in one write: the tenth waits for nine others, so the series runs from 1 to 10 ms.
    expect_close(1ms, 30, 10);
}

TEST(Latency, BlockingRequestsAreTimedApartAndDoNotHideWhatWaitsBehindThem)
{
    slow_upstream upstream(20ms);
    running_guard guard(upstream.where);
    guard.send("*3\r\n$5\r\nBLPOP\r\n$1\r\nl\r\n$1\r\n0\r\n*1\r\n$4\r\nPING\r\n");
    guard.read_replies(2);
    auto const blocked = guard.counted("blpop");
    auto const ping_stats = guard.counted("ping");
    EXPECT_EQ(blocked.calls, 1U);
    EXPECT_EQ(blocked.round_trip.count(), 0U);
    EXPECT_EQ(blocked.blocked.count(), 1U);
    EXPECT_GE(blocked.blocked.max_ns(), 20'000'000U);
    // PING came behind it in the same pipeline: its own wait is real, and counted as its round
    // trip.
    EXPECT_GE(ping_stats.round_trip.max_ns(), 40'000'000U);
}

/// A reply whose second half comes 30 ms after its first. @return round trip minus first byte.
std::uint64_t transfer_time_of_a_late_second_half()
{
    auto const address = net::resolve(net::parse_endpoint("127.0.0.1:0").value()).value().front();
    net::stream const listener(net::open_listener(address, {}, false).fd);
    running_guard guard(net::local_of(listener.fd()).to_string());
    int fd = -1;
    while (fd < 0)
        fd = ::accept4(listener.fd(), nullptr, nullptr, 0);
    net::stream upstream(fd);
    guard.send("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
    std::array<char, 64> room;
    EXPECT_EQ(upstream.read(room).what, net::io_status::ok);
    (void)upstream.write(std::array<byte_view, 1>{"$4\r\n+O"});
    std::this_thread::sleep_for(30ms);
    (void)upstream.write(std::array<byte_view, 1>{"K!\r\n"});
    guard.read_replies(2);
    auto const counted = guard.counted("get");
    EXPECT_EQ(counted.calls, 1U);
    return counted.round_trip.max_ns() - counted.first_byte.max_ns();
}

TEST(Latency, FirstByteIsTakenBeforeTheRestOfALargeReply)
{
    std::uint64_t longest = 0;
    // On a busy machine the guard may be woken late for the first half: again, as expect_close()
    // does.
    for (int round = 0; round < 6 && longest < 28'000'000U; ++round) {
        longest = std::max(longest, transfer_time_of_a_late_second_half());
    }
    EXPECT_GE(longest, 28'000'000U);
}

}  // namespace
}  // namespace respguard
