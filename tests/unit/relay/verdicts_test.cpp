// Rules about keys, arguments and replies, through the exchange: what is held, what is counted.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/every_split.hpp"
#include "support/exchange_harness.hpp"
#include "support/wire.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::relay {
namespace {

using policy::action;
using policy::test::compiled;
using policy::test::rule;
using test::exchange_harness;
using test::request;

policy::rule_set isolated()
{
    auto outside = rule("isolated", {}, action::reject);
    outside.match.keys_outside = {"ee:*"};
    return compiled({outside});
}

std::string denied(std::string const& command)
{
    return "-ERR respguard: command '" + command + "' denied by policy (rule=isolated)\r\n";
}

relay_settings hold_at_most(std::uint64_t bytes)
{
    relay_settings settings;
    settings.hold_bytes = bytes;
    return settings;
}

TEST(Verdicts, AboutKeysAreTheSameAtEverySplit)
{
    std::string const good = request({"MSET", "ee:1", "v", "ee:2", "v"});
    std::string const bad = request({"MSET", "ee:1", "v", "other", "v"});
    std::string const all = good + bad + request({"DEL", "other"}) + request({"PING"});
    test::for_every_split(all, [&](test::pieces const& cut) {
        exchange_harness guard(isolated());
        for (byte_view const piece : cut)
            guard.client(piece);
        EXPECT_EQ(guard.to_upstream(), good + request({"PING"})) << test::to_string(cut);
        guard.upstream("+OK\r\n+PONG\r\n");
        EXPECT_EQ(guard.to_client(), "+OK\r\n" + denied("mset") + denied("del") + "+PONG\r\n")
            << test::to_string(cut);
    });
}

TEST(Verdicts, ALargeValueBehindAKnownKeyIsStreamed)
{
    exchange_harness guard(isolated(), hold_at_most(100'000));
    std::string const big = request({"SET", "ee:1", std::string(3'000'000, 'v')});
    for (std::size_t at = 0; at < big.size(); at += 50'000) {
        guard.client(byte_view(big).substr(at, 50'000));
        EXPECT_LT(guard.held_bytes(), 60'000U);
    }
    EXPECT_EQ(guard.to_upstream(), big);
    guard.client(request({"SET", "other", std::string(3'000'000, 'v')}).substr(0, 100));
    EXPECT_EQ(guard.held_bytes(), 0U) << "refused at its last header, and skipped";
}

TEST(Verdicts, WhatIsTooLargeToBeJudgedIsRefused)
{
    exchange_harness guard(isolated(), hold_at_most(100'000));
    std::string const value(80'000, 'v');
    std::string const big = request({"MSET", "ee:1", value, "ee:2", value, "ee:3", value});
    for (std::size_t at = 0; at < big.size(); at += 10'000)
        guard.client(byte_view(big).substr(at, 10'000));
    EXPECT_EQ(guard.to_upstream(), "");
    EXPECT_EQ(guard.to_client(),
              "-ERR respguard: command larger than the limit of 100000 bytes\r\n");
}

TEST(Verdicts, ARequestThatNoArgumentRuleConcernsIsNotHeld)
{
    exchange_harness guard(isolated());
    guard.client("*2\r\n$4\r\nECHO\r\n$500\r\nabc");
    EXPECT_EQ(guard.to_upstream(), "*2\r\n$4\r\nECHO\r\n$500\r\nabc");
}

TEST(Verdicts, CountAndTellShadowRulesBesideTheOneThatDecides)
{
    auto shadow = rule("would", {"flushall"}, action::reject);
    shadow.shadow = true;
    exchange_harness guard(compiled({shadow, rule("flush", {"flushall"}, action::reject)}));
    guard.client(request({"FLUSHALL"}));
    EXPECT_EQ(guard.counted().rules[0].shadow, 1U);
    EXPECT_EQ(guard.counted().rules[0].reject, 0U);
    EXPECT_EQ(guard.counted().rules[1].reject, 1U);
    ASSERT_EQ(guard.judged().size(), 2U);
    EXPECT_TRUE(guard.judged()[0].shadow);
    EXPECT_FALSE(guard.judged()[1].shadow);
}

policy::rule_set reply_limits()
{
    auto told = rule("big", {}, action::alert);
    told.match.reply_bytes_over = 50;
    auto closed = rule("huge", {}, action::close);
    closed.match.reply_bytes_over = 200;
    return compiled({closed, told});
}

TEST(Verdicts, AboutRepliesAreToldOnce)
{
    std::string const reply = "$100\r\n" + std::string(100, 'x') + "\r\n";
    test::for_every_split(reply + "+OK\r\n", [&](test::pieces const& cut) {
        exchange_harness guard(reply_limits());
        guard.client(request({"GET", "a"}) + request({"PING"}));
        for (byte_view const piece : cut)
            guard.upstream(piece);
        EXPECT_EQ(guard.to_client(), reply + "+OK\r\n");
        EXPECT_EQ(guard.counted().rules[1].alert, 1U) << test::to_string(cut);
        EXPECT_EQ(guard.judged().size(), 1U) << test::to_string(cut);
    });
}

TEST(Verdicts, ACloseOnReplySizePassesNothingMore)
{
    exchange_harness guard(reply_limits());
    guard.client(request({"GET", "a"}));
    std::string const reply = "$1000\r\n" + std::string(1000, 'x') + "\r\n";
    for (std::size_t at = 0; at < reply.size() && guard.end().empty(); at += 10)
        guard.upstream(byte_view(reply).substr(at, 10));
    EXPECT_EQ(guard.end(), "client: closed by rule");
    EXPECT_LE(guard.to_client().size(), 200U);
    EXPECT_EQ(guard.counted().rules[0].close, 1U);
    EXPECT_EQ(guard.counted().rules[1].alert, 1U);
}

policy::rule_set short_lists()
{
    auto closed = rule("short", {"lrange"}, action::close);
    closed.match.reply_bytes_over = 100;
    return compiled({closed});
}

TEST(Verdicts, AboutRepliesAreKeptByTransactions)
{
    std::string const list = "$150\r\n" + std::string(150, 'x') + "\r\n";
    std::string const queued = "+OK\r\n+QUEUED\r\n";
    test::for_every_split(queued + "*1\r\n" + list, [&](test::pieces const& cut) {
        exchange_harness guard(short_lists());
        guard.client(request({"MULTI"}) + request({"LRANGE", "l", "0", "-1"}) + request({"EXEC"}));
        for (byte_view const piece : cut) {
            if (guard.end().empty()) guard.upstream(piece);
        }
        EXPECT_EQ(guard.end(), "client: closed by rule") << test::to_string(cut);
        EXPECT_EQ(guard.counted().rules[0].close, 1U);
    });
    exchange_harness others(short_lists());
    std::string const get = request({"MULTI"}) + request({"GET", "k"}) + request({"EXEC"});
    std::string const lrange = request({"MULTI"}) + request({"LRANGE", "l", "0", "-1"});
    others.client(lrange + request({"DISCARD"}) + get + lrange + request({"EXEC"}));
    others.upstream(queued + "+OK\r\n" + queued + "*1\r\n" + list + queued + "*1\r\n");
    EXPECT_EQ(others.end(), "") << "each transaction by itself";
    others.upstream(list);
    EXPECT_EQ(others.end(), "client: closed by rule");
}

TEST(Verdicts, NameEveryRuleThatRefused)
{
    exchange_harness guard(compiled(
        {rule("flush", {"flushall"}, action::reject), rule("keys", {"keys"}, action::reject)}));
    guard.client(request({"FLUSHALL"}));
    guard.core().lift_barrier();
    guard.client(request({"KEYS", "*"}));
    guard.core().lift_barrier();
    guard.client(request({"FLUSHALL"}));
    auto const rules = guard.core().refusing_rules().view();
    EXPECT_EQ(std::vector(rules.begin(), rules.end()), (std::vector<std::uint16_t>{0, 1}));
}

TEST(Verdicts, RulesOfAStormAreShadowRulesForThisClient)
{
    exchange_harness guard(
        compiled({rule("flush", {"flushall"}, action::reject),
                  rule("keys", {"keys"}, action::reject), rule("save", {"save"}, action::reject)}));
    policy::rule_list storm;
    storm.add(0);
    storm.add(2);
    guard.core().shadow_rules(storm);
    std::string const passed = request({"FLUSHALL"}) + request({"SAVE"});
    guard.client(passed + request({"KEYS", "*"}));
    EXPECT_EQ(guard.to_upstream(), passed);
    EXPECT_EQ(guard.counted().rules[0].shadow, 1U);
    EXPECT_EQ(guard.counted().rules[1].reject, 1U);
    EXPECT_EQ(guard.counted().rules[2].shadow, 1U);
}

TEST(Verdicts, KnowARenamedCommand)
{
    policy::policy_settings settings;
    settings.rules = {
        policy::test::config_rule("eviction", {"maxmemory-policy"}, {}, action::reject)};
    settings.renamed = {{"config", "b840fc02"}};
    exchange_harness guard(policy::rule_set::compile(settings).value());
    guard.client(request({"B840FC02", "set", "maxmemory-policy", "allkeys-lru"}) +
                 "b840fc02 set maxmemory-policy allkeys-lru\r\n" +
                 request({"b840fc02", "get", "x"}));
    EXPECT_EQ(guard.to_upstream(), request({"b840fc02", "get", "x"})) << "forwarded as it was sent";
    EXPECT_EQ(guard.counted().rules[0].reject, 2U);
}

constexpr byte_view no_flush_text =
    "-ERR respguard: command 'flushall' denied by policy (rule=flush)\r\n";

policy::rule_settings no_flush() { return rule("flush", {"flushall"}, action::reject); }

TEST(ReplacedRules, LeaveRefusalsThatWaitWithTheirRule)
{
    auto const ping = rule("ping", {"ping"}, action::alert);
    auto const keys = rule("keys", {"keys"}, action::reject);
    exchange_harness guard(compiled({no_flush(), keys}));
    guard.client(request({"GET", "a"}) + request({"FLUSHALL"}) + request({"KEYS", "*"}));
    guard.replace_rules(compiled({ping, no_flush()}));
    guard.client(request({"KEYS", "*"}));
    EXPECT_EQ(guard.to_upstream(), request({"GET", "a"}) + request({"KEYS", "*"}));
    guard.upstream("$1\r\nb\r\n");
    EXPECT_EQ(guard.to_client(), "$1\r\nb\r\n" + std::string(no_flush_text) +
                                     "-ERR respguard: command 'keys' denied by policy\r\n");
}

TEST(ReplacedRules, LeaveWhatIsBeingSkippedRefused)
{
    auto const limit = policy::test::size_rule("size", 1000, action::reject);
    exchange_harness guard(compiled({limit}));
    auto const sent = request({"SET", "k", std::string(2000, 'v')});
    guard.client(sent.substr(0, 100));
    guard.replace_rules(compiled({no_flush(), limit}));
    guard.client(sent.substr(100) + request({"PING"}));
    EXPECT_EQ(guard.to_client(), "-ERR respguard: command larger than the limit of 1000 bytes\r\n");
    EXPECT_EQ(guard.to_upstream(), request({"PING"}));
}

TEST(ReplacedRules, LeaveWhatStreamsPassing)
{
    exchange_harness guard({}, hold_at_most(64 * 1024));
    auto const sent = request({"SET", "k", std::string(200'000, 'v')});
    guard.client(sent.substr(0, 100'000));
    guard.replace_rules(compiled({rule("no-set", {"set"}, action::reject)}));
    guard.client(sent.substr(100'000));
    EXPECT_EQ(guard.to_upstream(), sent);
    guard.upstream("+OK\r\n");
    EXPECT_EQ(guard.to_client(), "+OK\r\n");
}

TEST(ReplacedRules, DecideAboutARequestThatIsHeldAtEverySplit)
{
    auto const sent = request({"CONFIG", "SET", "save", ""});
    auto const no_save = policy::test::config_rule("no-save", {"save"}, {}, action::reject);
    for (std::size_t cut = 1; cut < sent.size(); ++cut) {
        exchange_harness forbidden;
        forbidden.client(sent.substr(0, cut));
        forbidden.replace_rules(compiled({no_save}));
        forbidden.client(sent.substr(cut));
        EXPECT_EQ(forbidden.to_client(),
                  "-ERR respguard: CONFIG SET denied by policy (rule=no-save)\r\n")
            << cut;
        EXPECT_EQ(forbidden.to_upstream(), "") << cut;

        exchange_harness allowed(compiled({no_save}));
        allowed.client(sent.substr(0, cut));
        allowed.replace_rules({});
        allowed.client(sent.substr(cut));
        EXPECT_EQ(allowed.to_upstream(), sent) << cut;
    }
}

TEST(ReplacedRules, LeaveATransactionPoisoned)
{
    exchange_harness guard(compiled({no_flush()}));
    guard.client(request({"MULTI"}) + request({"FLUSHALL"}));
    guard.replace_rules({});
    guard.client(request({"EXEC"}));
    EXPECT_EQ(guard.to_upstream(), request({"MULTI"}) + request({"DISCARD"}));
}

TEST(ReplacedRules, KnowWhatTheConnectionWasBefore)
{
    auto only_db3 = rule("db3", {"get"}, action::reject);
    only_db3.match.dbs = {3};
    exchange_harness guard;
    guard.core().know_client("10.0.0.1:5123", "door");
    guard.client(request({"SELECT", "3"}));
    guard.upstream("+OK\r\n");
    guard.replace_rules(compiled({only_db3}));
    guard.core().know_client("10.0.0.1:5123", "door");
    guard.client(request({"GET", "k"}));
    EXPECT_EQ(guard.to_client(),
              "+OK\r\n-ERR respguard: command 'get' denied by policy (rule=db3)\r\n");
}

TEST(ReplacedRules, LookAtTheReplyThatIsBeingRelayed)
{
    auto large = rule("large", {"get"}, action::close);
    large.match.reply_bytes_over = 100;
    exchange_harness guard;
    guard.client(request({"GET", "k"}));
    guard.upstream("$500\r\n" + std::string(50, 'v'));
    guard.replace_rules(compiled({large}));
    guard.upstream(std::string(450, 'v') + "\r\n");
    EXPECT_EQ(guard.end(), "client: closed by rule");
}

}  // namespace
}  // namespace respguard::relay
