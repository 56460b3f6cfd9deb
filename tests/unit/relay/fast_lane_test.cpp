// The fast lane and the long way must count, forward and answer the same.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "relay/exchange.hpp"
#include "support/exchange_harness.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::relay {
namespace {

using policy::test::canonical;
using test::exchange_harness;

/// Has to be told of every command, so nothing may be counted together.
class sees_everything final : public stats::command_listener {
public:
    void on_finished(stats::finished_command const&) noexcept override { ++seen; }
    int seen = 0;
};

class FastLane : public ::testing::Test {
protected:
    FastLane()
    {
        stats::command_interest everything;
        everything.everything = true;
        slow.recorder().watch().add(listener, everything);
    }
    ~FastLane() override { slow.recorder().watch().remove(listener); }

    void client(std::string const& bytes)
    {
        fast.client(bytes);
        slow.client(bytes);
    }
    void upstream(std::string const& bytes)
    {
        fast.upstream(bytes);
        slow.upstream(bytes);
    }
    void pass(std::uint64_t ns)
    {
        for (auto* const each : {&fast, &slow}) {
            each->now_ns += ns;
            each->read_ns = each->now_ns - 500;
        }
    }
    void expect_same()
    {
        EXPECT_EQ(fast.to_upstream(), slow.to_upstream());
        EXPECT_EQ(fast.to_client(), slow.to_client());
        EXPECT_EQ(fast.end(), slow.end());
        EXPECT_EQ(fast.core().inflight(), slow.core().inflight());
        expect_same_totals(fast.core().counted(), slow.core().counted());
        for (std::size_t id = 0; id < command::table().size(); ++id)
            expect_same_command(static_cast<command::command_id>(id));
        EXPECT_EQ(fast.counted().reply_sizes.counts, slow.counted().reply_sizes.counts);
        EXPECT_EQ(fast.counted().request_sizes.counts, slow.counted().request_sizes.counts);
        EXPECT_EQ(fast.counted().request_sizes.sum, slow.counted().request_sizes.sum);
        expect_same_rows(fast.counted().families, slow.counted().families);
        expect_same_rows(fast.counted().queues, slow.counted().queues);
        expect_same_rows(fast.counted().scripts, slow.counted().scripts);
    }

    exchange_harness fast;
    exchange_harness slow{asks_of_each()};
    sees_everything listener;

private:
    /// Never matches, but has to be asked of each request: none passes freely.
    static policy::rule_set asks_of_each()
    {
        auto asks = policy::test::rule("nobody", {}, policy::action::alert);
        asks.match.clients = {"192.0.2.1"};
        return policy::test::compiled({asks});
    }
    static void expect_same_totals(exchange::totals const& a, exchange::totals const& b)
    {
        EXPECT_EQ(a.commands, b.commands);
        EXPECT_EQ(a.errors, b.errors);
        EXPECT_EQ(a.request_bytes, b.request_bytes);
        EXPECT_EQ(a.reply_bytes, b.reply_bytes);
        EXPECT_EQ(a.timed, b.timed);
        EXPECT_EQ(a.round_trip_ns, b.round_trip_ns);
        EXPECT_EQ(a.round_trip_ns_max, b.round_trip_ns_max);
        EXPECT_EQ(a.behind_ns, b.behind_ns);
    }
    static void expect_same_histogram(stats::latency_histogram const& a,
                                      stats::latency_histogram const& b)
    {
        EXPECT_EQ(a.count(), b.count());
        EXPECT_EQ(a.sum_ns(), b.sum_ns());
        EXPECT_EQ(a.max_ns(), b.max_ns());
        EXPECT_EQ(a.bound_counts(), b.bound_counts());
        EXPECT_EQ(a.quantile_ns(0.5), b.quantile_ns(0.5));
    }
    void expect_same_command(command::command_id id)
    {
        SCOPED_TRACE(command::traits_of(id).name);
        ASSERT_EQ(fast.counted().find(id) == nullptr, slow.counted().find(id) == nullptr);
        if (fast.counted().find(id) == nullptr) return;
        auto const& a = fast.counted(command::traits_of(id).name);
        auto const& b = slow.counted(command::traits_of(id).name);
        EXPECT_EQ(a.calls, b.calls);
        EXPECT_EQ(a.errors, b.errors);
        EXPECT_EQ(a.queued, b.queued);
        EXPECT_EQ(a.alerted, b.alerted);
        EXPECT_EQ(a.request_bytes, b.request_bytes);
        EXPECT_EQ(a.request_bytes_max, b.request_bytes_max);
        EXPECT_EQ(a.reply_bytes, b.reply_bytes);
        expect_same_histogram(a.round_trip, b.round_trip);
        expect_same_histogram(a.first_byte, b.first_byte);
        expect_same_histogram(a.blocked, b.blocked);
        auto const left = a.where.all().all();
        auto const right = b.where.all().all();
        EXPECT_EQ(left.count, right.count);
        EXPECT_EQ(left.round_trip_ns, right.round_trip_ns);
        EXPECT_EQ(left.parts.guard_ns, right.parts.guard_ns);
        EXPECT_EQ(left.parts.behind_ns, right.parts.behind_ns);
        EXPECT_EQ(left.parts.upstream_ns, right.parts.upstream_ns);
        EXPECT_EQ(left.parts.transfer_ns, right.parts.transfer_ns);
        EXPECT_EQ(left.parts.client_ns, right.parts.client_ns);
    }
    static void expect_same_rows(stats::dimension const& a, stats::dimension const& b)
    {
        ASSERT_EQ(a.rows().size(), b.rows().size());
        for (std::size_t i = 0; i < a.rows().size(); ++i) {
            auto const& left = a.rows()[i];
            auto const& right = b.rows()[i];
            SCOPED_TRACE(left.name);
            EXPECT_EQ(left.name, right.name);
            EXPECT_EQ(left.calls, right.calls);
            EXPECT_EQ(left.errors, right.errors);
            EXPECT_EQ(left.request_bytes, right.request_bytes);
            EXPECT_EQ(left.request_bytes_max, right.request_bytes_max);
            EXPECT_EQ(left.reply_bytes, right.reply_bytes);
            EXPECT_EQ(left.reply_bytes_max, right.reply_bytes_max);
            EXPECT_EQ(left.timed, right.timed);
            EXPECT_EQ(left.round_trip_ns, right.round_trip_ns);
            EXPECT_EQ(left.round_trip_ns_max, right.round_trip_ns_max);
        }
    }
};

std::string repeated(std::string const& text, std::size_t times)
{
    std::string out;
    while (times-- > 0)
        out += text;
    return out;
}

TEST_F(FastLane, CountsAPipelineAsTheLongWayDoes)
{
    std::string const set = canonical({"SET", "key:000000000042", "value"});
    for (int round = 0; round < 3; ++round) {
        client(repeated(set, 20));
        pass(300'000);
        upstream(repeated("+OK\r\n", 7));
        pass(100'000);
        upstream(repeated("+OK\r\n", 13));
    }
    expect_same();
    EXPECT_EQ(fast.counted("set").calls, 60U);
    EXPECT_EQ(fast.counted("set").round_trip.count(), 60U);
    EXPECT_EQ(listener.seen, 60);
}

// What follows its like is not parsed: the smallest difference has to be seen.
TEST_F(FastLane, TellsRequestsApartThatDifferInOnePlace)
{
    std::vector<std::vector<std::string>> const requests{
        {"SET", "key:000000000042", "value"},
        {"SET", "key:000000000043", "other"},
        {"SET", "kez:000000000042", "value"},
        {"SET", "key:00000000042", "value"},
        {"SET", "key:000000000042", "valu"},
        {"set", "key:000000000042", "value"},
        {"GET", "key:000000000042"},
        {"DEL", "key:000000000042"},
        {"PING"},
        {"PONG"},
        {"SET", "key:000000000042", "v", "NX"},
        {"SET", "key:000000000042", "v", "EX", "9"}};
    for (auto const& first : requests) {
        for (auto const& second : requests) {
            client(repeated(canonical(first), 2) + repeated(canonical(second), 2));
            pass(200'000);
            upstream(repeated("+OK\r\n", 3) + "+PK\r\n");
        }
    }
    expect_same();
    EXPECT_EQ(fast.counted("del").calls, 4U * requests.size());
}

TEST_F(FastLane, LetsNothingPassBehindItsLikeThatARuleRefuses)
{
    fast.replace_rules(
        policy::test::compiled({policy::test::rule("no-del", {"del"}, policy::action::reject)}));
    std::string const get = canonical({"GET", "key:1"});
    fast.client(get + get + canonical({"DEL", "key:1"}) + get);
    EXPECT_EQ(fast.to_upstream(), get + get + get);
}

TEST_F(FastLane, CountsErrorsInTheMiddleByThemselves)
{
    client(repeated(canonical({"INCR", "key:000000000042"}), 5));
    pass(200'000);
    upstream(":1\r\n:2\r\n-WRONGTYPE no\r\n:3\r\n:4\r\n");
    expect_same();
    EXPECT_EQ(fast.counted("incr").errors, 1U);
    EXPECT_EQ(fast.counted("incr").calls, 5U);
}

TEST_F(FastLane, ShowsASlowOneThoughItsNeighboursAreAlike)
{
    sees_everything slow_ones;
    stats::command_interest slow_only;
    slow_only.round_trip_ns = 1'000'000;
    fast.recorder().watch().add(slow_ones, slow_only);
    client(repeated(canonical({"GET", "key:000000000042"}), 4));
    pass(999'000);
    upstream("$1\r\na\r\n$1\r\na\r\n");
    EXPECT_EQ(slow_ones.seen, 0);
    pass(2'000'000);
    upstream("$1\r\na\r\n$1\r\na\r\n");
    EXPECT_EQ(slow_ones.seen, 2);
    fast.recorder().watch().remove(slow_ones);
    expect_same();
}

TEST_F(FastLane, ForgetsWhatPassedFreelyWhenTheRulesChange)
{
    std::string const flush = canonical({"FLUSHALL"});
    fast.client(flush);
    fast.upstream("+OK\r\n");
    fast.replace_rules(policy::test::compiled(
        {policy::test::rule("flush", {"flushall"}, policy::action::reject)}));
    (void)fast.to_upstream();
    fast.client(flush);
    EXPECT_EQ(fast.to_upstream(), "");
}

// Random streams, cut at random, with times that pass between: every count is the same.
TEST_F(FastLane, AgreesWithTheLongWayOnRandomStreams)
{
    std::mt19937 random(20261128);
    auto const up_to = [&](std::size_t n) { return random() % (n + 1); };
    std::vector<std::vector<std::string>> const requests{
        {"SET", "key:000000000042", "value"},
        {"SET", "kez:000000000042", std::string(300, 'v')},
        {"GET", "iad:0123456789abcdef"},
        {"get", "bull:notify:wait"},
        {"HSET", "ia:accounts", "f", "v"},
        {"PING"},
        {"XREAD", "BLOCK", "5", "STREAMS", "s", "0"},
        {"EVALSHA", std::string(40, 'a'), "1", "bull:notify:wait"},
        {"MULTI"},
        {"EXEC"},
        {"SELECT", "1"},
        {"SET", "big:00000000042", std::string(20'000, 'b')},
        {"CLIENT", "REPLY", "SKIP"},
        {"UNKNOWNCOMMAND", "x"},
        {"BZPOPMIN", "bull:notify:marker", "0"}};
    std::vector<std::string> const replies{"+OK\r\n",     "$5\r\nhello\r\n",    ":1\r\n",
                                           "-ERR no\r\n", "*2\r\n:1\r\n:2\r\n", "+QUEUED\r\n",
                                           "$-1\r\n"};
    for (int round = 0; round < 400 && fast.end().empty(); ++round) {
        std::string batch;
        auto const& request = requests[up_to(requests.size() - 1)];
        for (std::size_t n = 1 + up_to(6); n > 0; --n)
            batch += canonical(up_to(4) == 0 ? requests[up_to(requests.size() - 1)] : request);
        for (std::size_t at = 0; at < batch.size();) {
            std::size_t const n = up_to(3) == 0 ? 1 + up_to(40) : batch.size();
            client(batch.substr(at, n));
            at += n;
        }
        pass(1 + up_to(400'000));
        std::string answers;
        std::string const& usual = replies[up_to(replies.size() - 1)];
        for (std::size_t n = fast.core().owed_by_upstream(); n > 0; --n)
            answers += up_to(5) == 0 ? replies[up_to(replies.size() - 1)] : usual;
        for (std::size_t at = 0; at < answers.size();) {
            std::size_t const n = up_to(2) == 0 ? 1 + up_to(12) : answers.size();
            upstream(answers.substr(at, n));
            at += n;
            if (up_to(1) == 0) pass(up_to(90'000));
        }
    }
    expect_same();
    EXPECT_GT(fast.counted("set").calls, 50U);
}

}  // namespace
}  // namespace respguard::relay
