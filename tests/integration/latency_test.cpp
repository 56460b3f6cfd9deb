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
#include <cmath>
#include <cstring>
#include <deque>
#include <future>
#include <map>
#include <memory>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <utility>
#include <vector>

#include "app/listeners.hpp"
#include "app/shard.hpp"

namespace respguard {
namespace {

using namespace std::chrono_literals;

/// A letter of its name that nothing else in the requests of this test has.
enum class asked : char { ping = 'G', blpop = 'B' };

/// Answers every request with +OK after its delay, in order, and remembers how long it really took.
class slow_upstream {
public:
    /// The requests are given the delays in turn.
    explicit slow_upstream(std::vector<std::chrono::nanoseconds> delays)
        : delays_(std::move(delays))
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
    std::map<asked, std::vector<std::uint64_t>> took_ns;  // Valid after stop().

private:
    struct arrival {
        asked what;
        std::uint64_t at_ns;
    };

    void run()
    {
        int fd = -1;
        while (fd < 0 && !stopped_)
            fd = ::accept4(listener_.fd(), nullptr, nullptr, SOCK_NONBLOCK);
        net::stream connection(fd);
        net::set_options(fd, AF_INET, {});
        std::array<char, 65536> room;
        std::deque<arrival> arrived;
        std::uint64_t last_sent = 0;
        std::size_t answered = 0;
        while (!stopped_) {
            auto const got = connection.read(room);
            std::uint64_t const now = net::monotonic_ns();
            if (got.what == net::io_status::end || got.what == net::io_status::error) return;
            for (char const c : std::string_view(room.data(), got.bytes)) {
                if (c == 'G' || c == 'B') arrived.push_back({static_cast<asked>(c), now});
            }
            if (arrived.empty()) continue;
            // One after the other, as a server does: each takes its delay from when its turn came.
            std::uint64_t const turn = std::max(arrived.front().at_ns, last_sent);
            auto const delay = delays_[answered % delays_.size()];
            if (now < turn + static_cast<std::uint64_t>(delay.count())) continue;
            (void)connection.write(std::array<byte_view, 1>{"+OK\r\n"});
            last_sent = net::monotonic_ns();
            ++answered;
            took_ns[arrived.front().what].push_back(last_sent - arrived.front().at_ns);
            arrived.pop_front();
        }
    }

    std::vector<std::chrono::nanoseconds> delays_;
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
            app::shard::parts{{settings_.sockets, settings_.relay, {}, {}, rules_},
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

    std::shared_ptr<stats::shard_stats const> counted()
    {
        std::promise<stats::snapshot> copy;
        shard_->snapshot([&copy](stats::snapshot made) { copy.set_value(std::move(made)); });
        return copy.get_future().get().shards.front();
    }
    stats::command_stats counted(std::string_view command)
    {
        auto const all = counted();
        auto const* found = all->find(command::find(command));
        return found == nullptr ? stats::command_stats{} : *found;
    }

private:
    config::settings settings_;
    policy::rule_set rules_;
    app::open_listeners bound_;
    std::unique_ptr<app::shard> shard_;
    int client_ = -1;
};

/// The smallest value that so many are not above, as the histogram counts: with equal numbers of 1,
/// 2, ... 10 ms another rank would make the median another millisecond.
std::uint64_t quantile(std::vector<std::uint64_t> values, double q)
{
    std::sort(values.begin(), values.end());
    auto const rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size())));
    return values[std::max<std::size_t>(rank, 1) - 1];
}

/// 5 % and 100 us, as docs/LATENCY.md promises.
bool is_close(std::uint64_t reported, std::uint64_t real)
{
    double const off = std::abs(static_cast<double>(reported) - static_cast<double>(real));
    return off <= static_cast<double>(real) * 0.05 + 100'000.0;
}

struct round_result {
    bool close = true;
    std::string text;

    void compare(std::vector<std::uint64_t> const& took, stats::latency_histogram const& counted,
                 std::string const& name)
    {
        EXPECT_EQ(counted.count(), took.size()) << name;
        for (double const q : {0.5, 0.99}) {
            std::uint64_t const real = quantile(took, q);
            std::uint64_t const reported = counted.quantile_ns(q);
            close = close && is_close(reported, real);
            text += name + " q" + std::to_string(q) + " upstream took " +
                    std::to_string(real / 1000) + " us, guard says " +
                    std::to_string(reported / 1000) + " us\n";
        }
    }
};

constexpr std::string_view ping = "*1\r\n$4\r\nPING\r\n";
constexpr std::string_view blpop = "*3\r\n$5\r\nBLPOP\r\n$1\r\nl\r\n$1\r\n0\r\n";

/// What is sent: `requests` in one write, again and again, each after the replies to the last.
struct load {
    std::vector<std::chrono::nanoseconds> delays;  ///< Of the requests in turn.
    std::size_t batches = 0;
    std::vector<std::string_view> requests;
};

/// Times between reading and passing on, if upstream is slow: far from what upstream takes.
void compare_own_time(stats::shard_stats const& all, round_result& result)
{
    for (auto const* own : {&all.overhead_request, &all.overhead_reply}) {
        EXPECT_GT(own->count(), 0U);
        std::uint64_t const median = own->quantile_ns(0.5);
        result.close = result.close && median > 0 && median < 500'000;
        result.text += "own time " + std::to_string(median / 1000) + " us\n";
    }
}

round_result play(load const& what)
{
    slow_upstream upstream(what.delays);
    running_guard guard(upstream.where);
    std::string requests;
    for (auto const request : what.requests)
        requests += request;
    for (std::size_t i = 0; i < what.batches; ++i) {
        guard.send(requests);
        guard.read_replies(what.requests.size());
    }
    auto const all = guard.counted();
    auto const pings = guard.counted("ping");
    auto const pops = guard.counted("blpop");
    upstream.stop();
    auto const& took = upstream.took_ns;
    round_result result;
    result.compare(took.at(asked::ping), pings.round_trip, "PING");
    EXPECT_EQ(pings.blocked.count(), 0U);
    EXPECT_EQ(pops.round_trip.count(), 0U) << "blocking requests have a series of their own";
    if (took.contains(asked::blpop)) result.compare(took.at(asked::blpop), pops.blocked, "BLPOP");
    compare_own_time(*all, result);
    return result;
}

/// What is between the two clocks besides the guard is the machine: a shared one delays a wake-up
/// by a millisecond now and then, and p99 of a few hundred requests sees that. The best of a few
/// rounds shows what the guard does; a guard that measures something else fails all of them.
void expect_close(load const& what)
{
    std::string texts;
    for (int round = 0; round < 6; ++round) {
        auto const result = play(what);
        if (result.close) return;
        texts += result.text;
    }
    ADD_FAILURE() << texts;
}

TEST(Latency, RoundTripOfOneMillisecondIsReportedAsIs) { expect_close({{1ms}, 200, {ping}}); }

TEST(Latency, RoundTripOfFiveMillisecondsIsReportedAsIs) { expect_close({{5ms}, 100, {ping}}); }

TEST(Latency, RoundTripOfFiftyMillisecondsIsReportedAsIs) { expect_close({{50ms}, 20, {ping}}); }

TEST(Latency, PipelinedRequestsHaveARoundTripEach)
{
    // Ten in one write: the tenth waits for nine others, so the series runs from 1 to 10 ms.
    expect_close({{1ms}, 30, std::vector(10, ping)});
}

TEST(Latency, EachReplyIsMatchedToItsOwnRequest)
{
    // 1, 6 and 56 ms: taken for each other's, the quantiles would be others.
    expect_close({{1ms, 5ms, 50ms}, 12, {ping, ping, ping}});
}

TEST(Latency, BlockingRequestsAreTimedApartAndDoNotHideWhatWaitsBehindThem)
{
    // The PINGs behind BLPOP in the same pipeline wait for it, and that is their round trip: 21, 26
    // and 27 ms, so that the median is in the middle of one of them.
    expect_close({{20ms, 1ms, 5ms, 1ms}, 20, {blpop, ping, ping, ping}});
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
