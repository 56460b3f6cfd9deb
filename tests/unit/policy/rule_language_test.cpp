// What the parts of a rule mean together: not, shadow, rates, who sends, replies, the switch.
#include <gtest/gtest.h>

#include <string>

#include "unit/policy/judging.hpp"

namespace respguard::policy {
namespace {

using test::compiled;
using test::fault_of;
using test::rule;
using test::said;

TEST(RuleLanguage, NotTakesCommandsOut)
{
    auto all = rule("read-only", {"@write"}, action::reject);
    all.match.unless.emplace().commands = {"expire", "del"};
    auto const rules = compiled({all});
    EXPECT_EQ(said(rules, {"SET", "a", "1"}), "reject read-only");
    EXPECT_EQ(said(rules, {"DEL", "a"}), "allow");
    EXPECT_EQ(said(rules, {"GET", "a"}), "allow");
}

TEST(RuleLanguage, NotHoldsOnlyIfAllOfItHolds)
{
    auto flush = rule("flush", {"flushdb"}, action::reject);
    flush.match.unless.emplace().dbs = {15};
    flush.match.unless->users = {"test"};
    auto const rules = compiled({flush});
    sender from;
    from.db = 15;
    from.user.text = "test";
    EXPECT_EQ(test::judge(rules, {"FLUSHDB"}, {}, &from).what, action::allow);
    from.user.text = "app";
    EXPECT_EQ(test::judge(rules, {"FLUSHDB"}, {}, &from).what, action::reject);
    from.user.text = "test";
    from.user.is_sure = false;
    EXPECT_EQ(test::judge(rules, {"FLUSHDB"}, {}, &from).what, action::reject);
}

TEST(RuleLanguage, NotLooksAtEachPairOfConfigSet)
{
    auto only = rule("only-loglevel", {"config|set"}, action::reject);
    only.match.unless.emplace().params = {"loglevel"};
    auto const rules = compiled({only});
    EXPECT_EQ(said(rules, {"CONFIG", "SET", "loglevel", "debug"}), "allow");
    EXPECT_EQ(said(rules, {"CONFIG", "SET", "loglevel", "debug", "hz", "1"}),
              "reject only-loglevel");
}

TEST(RuleLanguage, WhatNobodyKnowsYetIsRefusedByRulesThatRefuse)
{
    auto mine = rule("mine", {"flushall"}, action::allow);
    mine.match.users = {"admin"};
    auto const rules = compiled({mine, rule("flush", {"flushall"}, action::reject)});
    sender from;
    from.user.text = "admin";
    EXPECT_EQ(test::judge(rules, {"FLUSHALL"}, {}, &from).what, action::allow);
    from.user.is_sure = false;
    EXPECT_EQ(test::judge(rules, {"FLUSHALL"}, {}, &from).what, action::reject);
    auto told = rule("told", {"get"}, action::alert);
    told.match.users = {"admin"};
    EXPECT_EQ(test::judge(compiled({told}), {"GET", "k"}, {}, &from).what, action::allow);
}

TEST(RuleLanguage, AShadowRuleIsToldAndDecidesNothing)
{
    auto shadow = rule("would", {"keys", "flushall"}, action::reject);
    shadow.shadow = true;
    auto const rules = compiled({shadow, rule("flush", {"flushall"}, action::reject)});
    verdict const keys = test::judge(rules, {"KEYS", "*"});
    EXPECT_EQ(keys.what, action::allow);
    EXPECT_EQ(keys.rule, no_rule);
    EXPECT_EQ(keys.shadow, 0);
    verdict const flush = test::judge(rules, {"FLUSHALL"});
    EXPECT_EQ(flush.what, action::reject);
    EXPECT_EQ(flush.rule, 1);
    EXPECT_EQ(flush.shadow, 0);
    EXPECT_EQ(rules.refuse_over_bytes(command::find("keys")), no_limit);
}

TEST(RuleLanguage, AShadowSizeRuleRefusesNothing)
{
    auto shadow = test::size_rule("big", 100, action::reject);
    shadow.shadow = true;
    auto const rules = compiled({shadow});
    EXPECT_EQ(rules.refuse_over_bytes(), no_limit);
    EXPECT_EQ(test::judge(rules, {"GET", "k"}, 101).shadow, 0);
    EXPECT_EQ(test::judge(rules, {"GET", "k"}, 101).what, action::allow);
}

TEST(RuleLanguage, ALimitedRuleIsPassedOverWhileItsRateIsNotExceeded)
{
    auto limited = rule("rate", {"get"}, action::reject);
    limited.limit = rate_limit::parse("10/s").value();
    auto const rules = compiled({limited, rule("told", {"get"}, action::alert)});
    ASSERT_NE(rules.limit_of(0), nullptr);
    EXPECT_EQ(rules.limit_of(1), nullptr);
    EXPECT_TRUE(rules.looks_at_sender());
    request_facts facts;
    facts.command = command::find("get");
    EXPECT_EQ(rules.judge(facts).rule, 0);
    facts.within_limits = rules.limit_bit(0);
    EXPECT_EQ(rules.judge(facts).rule, 1);
}

TEST(RuleLanguage, AbsenceOfEnforcementCanBeSwitched)
{
    auto rules = compiled(
        {rule("flush", {"flushall"}, action::reject), test::size_rule("big", 100, action::reject)});
    EXPECT_EQ(rules.refuse_over_bytes(), 100U);
    rules.enforce(false);
    EXPECT_EQ(said(rules, {"FLUSHALL"}), "alert flush");
    EXPECT_EQ(rules.refuse_over_bytes(), no_limit);
    EXPECT_EQ(rules.refuse_over_bytes(command::find("get")), no_limit);
    rules.enforce(true);
    EXPECT_EQ(said(rules, {"FLUSHALL"}), "reject flush");
}

TEST(RuleLanguage, ARuleAboutEverybodyNeverTouchesWhatMustPass)
{
    auto all = rule("stranger", {}, action::reject);
    all.match.clients = {"10.0.0.0/8"};
    auto const rules = compiled({all});
    sender from;
    from.address = parse_ip("10.0.0.1");
    EXPECT_EQ(test::judge(rules, {"GET", "k"}, {}, &from).what, action::reject);
    for (auto const* name : {"MULTI", "EXEC", "DISCARD", "QUIT", "AUTH"})
        EXPECT_EQ(test::judge(rules, {name}, {}, &from).what, action::allow) << name;
}

TEST(RuleLanguage, ReadsSizesInConfigSet)
{
    auto memory = rule("memory", {"config|set"}, action::allow);
    memory.match.params = {"maxmemory"};
    memory.match.value_bytes_between = {100U << 20U, 4ULL << 30U};
    auto const rules = compiled({memory, rule("no", {"config|set"}, action::reject)});
    EXPECT_EQ(said(rules, {"CONFIG", "SET", "maxmemory", "1GB"}), "allow memory");
    EXPECT_EQ(said(rules, {"CONFIG", "SET", "maxmemory", "1k"}), "reject no");
    EXPECT_EQ(said(rules, {"CONFIG", "SET", "maxmemory", ""}), "reject no");
    EXPECT_EQ(said(rules, {"CONFIG", "SET", "maxmemory", "17179869184gb"}), "reject no");
}

TEST(RuleLanguage, KnowsRenamedCommands)
{
    policy_settings settings;
    settings.renamed = {{"config", "B840fc02"}};
    auto const rules = rule_set::compile(settings).value();
    EXPECT_EQ(rules.real_name("b840FC02"), "config");
    EXPECT_EQ(rules.real_name("get"), "get");
    settings.renamed = {{"nosuch", "x"}, {"config", "get"}, {"config|set", "y"}};
    EXPECT_FALSE(rule_set::compile(settings));
}

TEST(RuleLanguage, SaysWhatCanNotWork)
{
    auto reply = rule("r", {"get"}, action::reject);
    reply.match.reply_bytes_over = 1;
    EXPECT_NE(fault_of({reply}).find("can only alert or close"), std::string::npos);
    reply.what = action::close;
    reply.match.keys = {"a"};
    EXPECT_NE(fault_of({reply}).find("the request is gone"), std::string::npos);
    auto unless = rule("u", {"get"}, action::reject);
    unless.match.unless.emplace().request_bytes_over = 5;
    EXPECT_NE(fault_of({unless}).find("not can not hold"), std::string::npos);
    auto limit = rule("l", {"get"}, action::close);
    limit.limit = rate_limit::parse("1/s").value();
    EXPECT_NE(fault_of({limit}).find("over can only"), std::string::npos);
    auto config = rule("c", {"get"}, action::reject);
    config.match.unless.emplace().params = {"hz"};
    EXPECT_NE(fault_of({config}).find("config|set"), std::string::npos);
    auto offset = rule("o", {"get", "set"}, action::alert);
    offset.match.offset_over = 1;
    EXPECT_NE(fault_of({offset}).find("offset_over is about setrange"), std::string::npos);
    offset.match.commands = {"get", "setbit"};
    EXPECT_EQ(fault_of({offset}), "");
    offset.match.offset_over.reset();
    offset.match.unless.emplace().commands = {"get"};
    offset.match.unless->offset_over = 1;
    EXPECT_NE(fault_of({offset}).find("offset_over is about setrange"), std::string::npos);
    auto named = rule("n", {"@transaction"}, action::reject);
    EXPECT_NE(fault_of({named}).find("must pass"), std::string::npos);
    std::vector<rule_settings> many;
    for (int i = 0; i < 65; ++i) {
        many.push_back(rule("m" + std::to_string(i), {"get"}, action::alert));
        many.back().limit = rate_limit::parse("1/s").value();
    }
    EXPECT_NE(fault_of(many).find("more than 64"), std::string::npos);
}

}  // namespace
}  // namespace respguard::policy
