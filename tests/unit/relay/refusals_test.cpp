// What happens to requests that rules or built-in checks refuse.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "support/every_split.hpp"
#include "support/exchange_harness.hpp"
#include "support/wire.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::relay {
namespace {

using policy::action;
using policy::test::compiled;
using policy::test::config_rule;
using policy::test::flush_denied;
using policy::test::flush_rule;
using policy::test::rule;
using policy::test::size_rule;
using test::exchange_harness;
using test::request;
using namespace std::string_view_literals;

constexpr byte_view too_large = "-ERR respguard: command larger than the limit of 1000 bytes\r\n";

policy::rule_set size_limit() { return compiled({size_rule("size", 1000, action::reject)}); }

relay_settings skip_at_most(std::uint64_t bytes)
{
    relay_settings settings;
    settings.skip_bytes = bytes;
    return settings;
}

void expect_refused(policy::rule_set const& rules, byte_view sent, byte_view error)
{
    auto const all = request({"PING"}) + std::string(sent) + request({"GET", "a"});
    test::for_every_split(all, [&](test::pieces const& cut) {
        exchange_harness guard(rules);
        for (byte_view const piece : cut)
            guard.client(piece);
        EXPECT_EQ(guard.to_upstream(), request({"PING"}) + request({"GET", "a"}))
            << test::to_string(cut);
        guard.upstream("+PONG\r\n$1\r\nb\r\n");
        EXPECT_EQ(guard.to_client(), "+PONG\r\n" + std::string(error) + "$1\r\nb\r\n")
            << test::to_string(cut);
        EXPECT_EQ(guard.end(), "");
    });
}

TEST(ExchangeRefusals, StandInTheirTurn)
{
    expect_refused(flush_rule(), request({"FLUSHALL"}), flush_denied);
    expect_refused(flush_rule(), request({"FlushAll", "ASYNC"}), flush_denied);
    expect_refused(flush_rule(), "flushall async\n", flush_denied);
    expect_refused(flush_rule(), "*1\rX$8\rYFLUSHALLZZ", flush_denied);
}

TEST(ExchangeRefusals, OfNulBytes)
{
    auto const with_nul = [](std::string text) { return text += '\0'; };
    expect_refused({}, request({with_nul("CONFIG"), "SET", "hz", "10"}),
                   "-ERR respguard: NUL byte in a command name\r\n");
    expect_refused({}, request({"CONFIG", with_nul("SET"), "hz", "10"}),
                   "-ERR respguard: NUL byte in a subcommand name\r\n");
    expect_refused({}, request({"CONFIG", "SET", with_nul("hz"), "10"}),
                   "-ERR respguard: NUL byte in CONFIG SET\r\n");
    expect_refused({}, request({"CONFIG", "SET", "hz", "10", "save", with_nul("x")}),
                   "-ERR respguard: NUL byte in CONFIG SET\r\n");
    expect_refused({}, "CONFIG SET maxmemory-policy \"allkeys-lru\\x00\"\r\n",
                   "-ERR respguard: NUL byte in CONFIG SET\r\n");
}

TEST(ExchangeRefusals, OfAnyPairOfConfigSet)
{
    auto const rules =
        compiled({config_rule("eviction", {"maxmemory-policy"}, {"allkeys-*"}, action::reject)});
    expect_refused(rules, request({"CONFIG", "SET", "hz", "10", "maxmemory_policy", "ALLKEYS-LRU"}),
                   "-ERR respguard: CONFIG SET denied by policy (rule=eviction)\r\n");
}

TEST(ExchangeRefusals, OfLargeRequests)
{
    expect_refused(size_limit(), request({"SET", "key", std::string(1'000, 'v')}), too_large);
    expect_refused(size_limit(), "ECHO " + std::string(2'000, 'x') + "\r\n", too_large);
}

TEST(ExchangeRefusals, CountEachRefusal)
{
    exchange_harness guard(flush_rule());
    guard.client(request({"FLUSHALL"}));
    EXPECT_EQ(guard.counted("flushall").rejected, 1U);
    EXPECT_EQ(guard.counted("flushall").calls, 0U);
    EXPECT_EQ(guard.core().counted().rejected, 1U);
    EXPECT_EQ(guard.core().counted().commands, 0U);
    EXPECT_EQ(guard.counted().rules[0].reject, 1U);
    EXPECT_EQ(guard.counted().rules[0].last_command, command::find("flushall"));
    ASSERT_EQ(guard.judged().size(), 1U);
    EXPECT_EQ(guard.judged()[0].verdict.rule, 0U);
    EXPECT_EQ(guard.judged()[0].size_bytes, request({"FLUSHALL"}).size());
    EXPECT_FALSE(guard.core().requested().used) << "upstream knows nothing of it";
}

TEST(ExchangeRefusals, AlertsPassAndAreTold)
{
    exchange_harness guard(compiled({rule("keys", {"keys"}, action::alert)}));
    guard.client(request({"KEYS", "*"}));
    EXPECT_EQ(guard.to_upstream(), request({"KEYS", "*"}));
    EXPECT_EQ(guard.counted("keys").alerted, 1U);
    EXPECT_EQ(guard.counted().rules[0].alert, 1U);
    ASSERT_EQ(guard.judged().size(), 1U);
    EXPECT_EQ(guard.judged()[0].verdict.what, action::alert);
    EXPECT_EQ(guard.judged()[0].arguments, 2U);
}

TEST(ExchangeRefusals, AlertsAboutSizeAreToldOnce)
{
    auto const sent = request({"SET", "key", std::string(1'500, 'v')});
    test::for_every_split(sent, [&](test::pieces const& cut) {
        exchange_harness guard(compiled({size_rule("large", 1000, action::alert)}));
        for (byte_view const piece : cut)
            guard.client(piece);
        EXPECT_EQ(guard.to_upstream(), sent);
        EXPECT_EQ(guard.judged().size(), 1U) << test::to_string(cut);
    });
}

TEST(ExchangeRefusals, ClosesForARuleThatSaysSo)
{
    exchange_harness guard(compiled({rule("keys", {"keys"}, action::close)}));
    guard.client(request({"KEYS", "*"}) + request({"PING"}));
    EXPECT_EQ(guard.to_upstream(), "");
    EXPECT_EQ(guard.end(), "client: closed by rule");
    EXPECT_EQ(guard.core().end()->how, exchange_end::manner::at_once);
    EXPECT_EQ(guard.counted().rules[0].close, 1U);
}

// --- skipping

TEST(ExchangeRefusals, SkipWithoutHolding)
{
    exchange_harness guard(size_limit());
    auto const large = request({"SET", "key", std::string(1'000'000, 'v')});
    guard.client(request({"PING"}) + large.substr(0, 100));
    for (std::size_t at = 100; at < large.size(); at += 10'000) {
        EXPECT_EQ(guard.held_bytes(), 0U) << at;
        guard.client(byte_view(large).substr(at, 10'000));
    }
    EXPECT_EQ(guard.counted().counters.skipped_bytes_total, large.size());
    EXPECT_EQ(guard.core().inflight(), 2U);
    guard.client(request({"PING"}));
    EXPECT_EQ(guard.to_upstream(), request({"PING"}) + request({"PING"}));
    guard.upstream("+PONG\r\n+PONG\r\n");
    EXPECT_EQ(guard.to_client(), "+PONG\r\n" + std::string(too_large) + "+PONG\r\n");
}

TEST(ExchangeRefusals, SkipManySmallArguments)
{
    std::string sent = "*301\r\n" + test::bulk("DEL");
    for (int i = 0; i < 300; ++i)
        sent += test::bulk("k");
    expect_refused(size_limit(), sent, too_large);
}

TEST(ExchangeRefusals, ComeWhenTheSkippedRequestEnds)
{
    exchange_harness guard(size_limit());
    guard.client("*3\r\n" + test::bulk("SET") + test::bulk("k") + "$2000\r\nabc");
    EXPECT_EQ(guard.to_client(), "");
    EXPECT_TRUE(guard.core().in_request());
    guard.client(std::string(1'999, 'x'));
    EXPECT_EQ(guard.to_client(), too_large);
    EXPECT_FALSE(guard.core().in_request());
}

TEST(ExchangeRefusals, AProtocolErrorInASkippedRequestIsOne)
{
    auto const sent = "*3\r\n" + test::bulk("SET") + test::bulk(std::string(1'200, 'k')) + ":1\r\n";
    test::for_every_split(sent, [&](test::pieces const& cut) {
        exchange_harness guard(size_limit());
        for (byte_view const piece : cut)
            guard.client(piece);
        EXPECT_EQ(guard.to_client(), "-ERR Protocol error: expected '$', got ':'\r\n")
            << test::to_string(cut);
        EXPECT_EQ(guard.to_upstream(), "");
        EXPECT_EQ(guard.end(), "client: protocol error");
    });
}

TEST(ExchangeRefusals, CloseForMoreThanIsSkipped)
{
    byte_view const headers[] = {"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$70000\r\n", "*20000\r\n",
                                 "*2147483647\r\n", "*1\r\n$536870912\r\n"};
    for (byte_view const header : headers) {
        test::for_every_split(header, [&](test::pieces const& cut) {
            exchange_harness guard(size_limit(), skip_at_most(65'536));
            guard.client(request({"PING"}));
            for (byte_view const piece : cut)
                guard.client(piece);
            EXPECT_FALSE(guard.core().reads_requests()) << header;
            EXPECT_EQ(guard.end(), "") << header;
            guard.upstream("+PONG\r\n");
            EXPECT_EQ(guard.to_client(), "+PONG\r\n" + std::string(too_large)) << header;
            EXPECT_EQ(guard.end(), "client: request too large") << header;
            EXPECT_EQ(guard.core().end()->how, exchange_end::manner::flushed) << header;
            EXPECT_EQ(guard.core().counted().rejected, 1U) << header;
        });
    }
}

TEST(ExchangeRefusals, CloseOnceSkippingWouldTakeTooLong)
{
    exchange_harness guard(size_limit(), skip_at_most(65'536));
    guard.client("*3\r\n" + test::bulk("SET") + "$2000\r\n");
    EXPECT_TRUE(guard.core().reads_requests());
    guard.client(std::string(2'000, 'k') + "\r\n$70000\r\n");
    EXPECT_EQ(guard.to_client(), too_large);
    EXPECT_EQ(guard.end(), "client: request too large");
    EXPECT_EQ(guard.core().counted().rejected, 1U);
}

TEST(ExchangeRefusals, WithoutASizeRuleALargeRequestOfADeniedCommandIsSkipped)
{
    exchange_harness guard(flush_rule());
    guard.client("*2\r\n" + test::bulk("FLUSHALL") + "$1000000\r\nabc");
    guard.client(std::string(999'999, 'x'));
    EXPECT_EQ(guard.to_upstream(), "");
    EXPECT_EQ(guard.to_client(), flush_denied);
    EXPECT_EQ(guard.counted().rules[0].reject, 1U);
}

// --- floods

TEST(ExchangeRefusals, CloseAboveTheSkipLimitAlsoWhatCameWhole)
{
    auto const sent = request({"SET", "k", std::string(2'000, 'x')});
    for (std::size_t const piece : {sent.size(), std::size_t{500}, std::size_t{1}}) {
        exchange_harness guard(size_limit(), skip_at_most(1'500));
        for (std::size_t at = 0; at < sent.size(); at += piece)
            guard.client(byte_view(sent).substr(at, piece));
        EXPECT_EQ(guard.to_client(), too_large) << piece;
        EXPECT_EQ(guard.to_upstream(), "") << piece;
        EXPECT_EQ(guard.end(), "client: request too large") << piece;
    }
}

TEST(ExchangeRefusals, AreBoundedWhileTheyWait)
{
    exchange_harness guard(flush_rule());
    guard.client(request({"BLPOP", "l", "0"}));
    std::string sent;
    for (int i = 0; i < 2'000; ++i)
        sent += request({"FLUSHALL"});
    guard.client(sent);
    EXPECT_FALSE(guard.core().wants_requests());
    EXPECT_LE(guard.core().inflight(), 600U);
    EXPECT_GT(guard.held_bytes(), 0U) << "what is not read stays where it is";
    guard.upstream("*-1\r\n");
    auto const got = guard.to_client();
    EXPECT_EQ(std::count(got.begin(), got.end(), '\n'), 2'001);
    EXPECT_EQ(guard.held_bytes(), 0U);
}

TEST(ExchangeRefusals, AreBoundedInOneCall)
{
    relay_settings settings;
    settings.buffer_bytes = 16 * 1024;
    auto const rules = flush_rule();
    stats::shard_stats stats(1);
    std::vector<judged_request> judged;
    std::string scratch;
    name_memo names;
    exchange_context const context{settings, rules, stats, judged, scratch, names};
    exchange core(context);
    output upstream;
    output client;
    std::string sent;
    for (int i = 0; i < 5'000; ++i)
        sent += "FLUSHALL\n";
    std::size_t const consumed = core.on_client_bytes(sent, upstream, client);
    EXPECT_TRUE(core.has_more());
    EXPECT_LT(consumed, sent.size());
    EXPECT_LT(client.size_bytes(), settings.buffer_bytes + 200);
}

TEST(ExchangeRefusals, DoNotCutIntoAHalfDeliveredPush)
{
    exchange_harness guard(flush_rule());
    guard.upstream(">2\r\n$10\r\ninvalidate\r\n$10\r\n01234");
    EXPECT_EQ(guard.to_client(), ">2\r\n$10\r\ninvalidate\r\n$10\r\n01234");
    guard.client(request({"FLUSHALL"}));
    EXPECT_EQ(guard.to_client(), "");
    guard.upstream("56789\r\n");
    EXPECT_EQ(guard.to_client(), "56789\r\n" + std::string(flush_denied));
}

TEST(ExchangeRefusals, DoNotCutIntoAFrameThatIsNotDecidedYet)
{
    exchange_harness guard(flush_rule());
    guard.upstream(">2\r\n$10\r\ninva");
    guard.client(request({"FLUSHALL"}));
    EXPECT_EQ(guard.to_client(), "");
    guard.upstream("lidate\r\n_\r\n");
    EXPECT_EQ(guard.to_client(), ">2\r\n$10\r\ninvalidate\r\n_\r\n" + std::string(flush_denied));
}

TEST(ExchangeRefusals, StandBehindPushesOfTheSameRead)
{
    exchange_harness guard(flush_rule());
    guard.client(request({"PING"}) + request({"FLUSHALL"}) + request({"PING"}));
    guard.upstream("+PONG\r\n>1\r\n$1\r\nx\r\n");
    EXPECT_EQ(guard.to_client(), "+PONG\r\n>1\r\n$1\r\nx\r\n" + std::string(flush_denied));
}

TEST(ExchangeRefusals, AProtocolErrorDoesNotOvertakePushesOfTheSameRead)
{
    exchange_harness guard;
    guard.client(request({"PING"}) + "*x\r\n");
    guard.upstream("+PONG\r\n>1\r\n$1\r\nx\r\n");
    EXPECT_EQ(guard.to_client(),
              "+PONG\r\n>1\r\n$1\r\nx\r\n-ERR Protocol error: invalid multibulk length\r\n");
}

// --- behind a takeover

TEST(ExchangeRefusals, BehindMonitorEndTheConnection)
{
    exchange_harness guard(flush_rule());
    guard.client(request({"MONITOR"}));
    guard.upstream("+OK\r\n+1.5 [0 127.0.0.1:1] \"PING\"\r\n");
    guard.client(request({"FLUSHALL"}));
    EXPECT_EQ(guard.to_client(), "+OK\r\n+1.5 [0 127.0.0.1:1] \"PING\"\r\n");
    EXPECT_EQ(guard.end(), "client: refused behind MONITOR or SYNC");
}

TEST(ExchangeRefusals, AProtocolErrorBehindSyncEndsTheConnection)
{
    exchange_harness guard;
    guard.client(request({"SYNC"}) + "*x\r\n");
    EXPECT_EQ(guard.end(), "client: protocol error");
    EXPECT_EQ(guard.to_upstream(), request({"SYNC"}));
    EXPECT_EQ(guard.to_client(), "");
}

TEST(ExchangeRefusals, TooLargeBehindMonitorEndsTheConnection)
{
    exchange_harness guard(size_limit(), skip_at_most(65'536));
    guard.client(request({"MONITOR"}) + "*1\r\n$100000\r\n");
    EXPECT_EQ(guard.end(), "client: refused behind MONITOR or SYNC");
}

TEST(ExchangeRefusals, SpareWhatComesBehindATakeover)
{
    exchange_harness guard;
    guard.client(request({"GET", "a"}) + request({"PSYNC", "?", "-1"}) +
                 request({"REPLCONF", "ACK", "1"}));
    EXPECT_EQ(guard.core().inflight(), 2U);
    auto const stream = "$1\r\nb\r\n+FULLRESYNC x 0\r\n$EOF:abc\r\n\0\xFF"sv;
    guard.upstream(stream);
    EXPECT_EQ(guard.to_client(), stream);
    guard.upstream("\n\n*");
    EXPECT_EQ(guard.to_client(), "\n\n*");
    EXPECT_EQ(guard.end(), "");
    EXPECT_EQ(guard.core().inflight(), 0U);
    guard.client("\r\n" + request({"PING"}));
    EXPECT_EQ(guard.core().inflight(), 0U) << "nothing is matched any more";
}

TEST(ExchangeRefusals, SpareTheStreamThatSyncAnswersWith)
{
    for (auto const stream : {"\n\n$5\r\n\0REDI*3\r\n"sv, "$5\r\nREDIS*3\r\n$3\r\nSET\r\n"sv}) {
        test::for_every_split(stream, [stream](test::pieces const& cut) {
            exchange_harness guard(flush_rule());
            guard.client(request({"GET", "a"}) + request({"FLUSHALL"}) + request({"SYNC"}));
            guard.upstream("$1\r\nb\r\n");
            for (byte_view const piece : cut)
                guard.upstream(piece);
            EXPECT_EQ(guard.to_client(),
                      "$1\r\nb\r\n" + std::string(flush_denied) + std::string(stream))
                << test::to_string(cut);
            EXPECT_EQ(guard.end(), "") << test::to_string(cut);
            EXPECT_EQ(guard.core().inflight(), 0U) << test::to_string(cut);
            EXPECT_EQ(guard.counted("sync").calls, 1U);
        });
    }
}

}  // namespace
}  // namespace respguard::relay
