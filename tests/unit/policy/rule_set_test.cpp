#include "respguard/policy/rule_set.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "unit/policy/judging.hpp"

namespace respguard::policy {
namespace {

using test::canonical;
using test::compiled;
using test::config_rule;
using test::fault_of;
using test::rule;
using test::said;
using test::size_rule;
using test::words;

TEST(RuleSet, AllowsEverythingWithoutRules)
{
    rule_set const none;
    EXPECT_EQ(said(none, {"FLUSHALL"}), "allow");
    EXPECT_EQ(said(none, {"NOPE"}), "allow");
    EXPECT_EQ(none.refuse_over_bytes(), no_limit);
    EXPECT_FALSE(none.needs_arguments(command::find("config|set")));
    EXPECT_TRUE(none.enforced());
}

TEST(RuleSet, LetsTheFirstMatchDecide)
{
    auto const rules = compiled({
        rule("mine", {"flushdb"}, action::allow),
        rule("flush", {"flush*"}, action::reject),
        rule("late", {"flushall"}, action::close),
    });
    EXPECT_EQ(said(rules, {"flushdb"}), "allow mine");
    EXPECT_EQ(said(rules, {"FlushAll"}), "reject flush");
    EXPECT_EQ(said(rules, {"get", "x"}), "allow");
}

TEST(RuleSet, JudgesSubcommands)
{
    auto const rules = compiled({
        rule("list", {"client|list"}, action::allow),
        rule("client", {"client"}, action::alert),
        rule("cluster", {"cluster|*"}, action::reject),
    });
    EXPECT_EQ(said(rules, {"CLIENT", "LIST"}), "allow list");
    EXPECT_EQ(said(rules, {"CLIENT", "KILL", "x"}), "alert client");
    EXPECT_EQ(said(rules, {"CLIENT", "NOPE"}), "alert client");
    EXPECT_EQ(said(rules, {"CLUSTER", "INFO"}), "reject cluster");
    EXPECT_EQ(said(rules, {"CLUSTER", "NEW"}), "reject cluster");
}

TEST(RuleSet, JudgesUnknownCommandsByTheirName)
{
    auto const rules = compiled({
        rule("search", {"ft.search"}, action::allow),
        rule("module", {"ft.*"}, action::alert),
        rule("unknown", {"@unknown"}, action::reject),
    });
    EXPECT_EQ(said(rules, {"FT.SEARCH", "x"}), "allow search");
    EXPECT_EQ(said(rules, {"ft.info"}), "alert module");
    EXPECT_EQ(said(rules, {"nope"}), "reject unknown");
    EXPECT_EQ(said(rules, {"ft." + std::string(200, 'x')}), "reject unknown");
    EXPECT_EQ(said(rules, {"config", "nope"}), "reject unknown");
    EXPECT_EQ(said(rules, {"config"}), "allow");
    EXPECT_EQ(said(rules, {"get", "x"}), "allow");
}

TEST(RuleSet, JudgesSizes)
{
    auto const rules =
        compiled({size_rule("huge", 1'000, action::reject), size_rule("big", 100, action::alert)});
    EXPECT_EQ(said(rules, {"set", "a", "b"}, 100), "allow");
    EXPECT_EQ(said(rules, {"set", "a", "b"}, 101), "alert big");
    EXPECT_EQ(said(rules, {"nope"}, 1'000), "alert big");
    EXPECT_EQ(said(rules, {"nope"}, 1'001), "reject huge");
    EXPECT_EQ(rules.refuse_over_bytes(), 1'000U);
}

// A request that is padded to a size of which somebody only wants to be told must not pass what
// comes later; the operator's own size rules stand in front of all presets.
TEST(RuleSet, IsNotTalkedAroundByPadding)
{
    for (action const told : {action::alert, action::allow}) {
        auto const rules = compiled({
            size_rule("big", 100, told),
            rule("flush", {"flushall"}, action::reject),
            config_rule("hz", {"hz"}, {}, action::reject),
            rule("keys", {"keys"}, action::alert),
            size_rule("other-size", 50, action::reject),
        });
        std::string const size_says(to_string(told));
        EXPECT_EQ(said(rules, {"flushall"}, 500), "reject flush");
        EXPECT_EQ(said(rules, {"config", "set", "x", std::string(500, 'x'), "hz", "1"}),
                  "reject hz");
        EXPECT_EQ(said(rules, {"get", "x"}, 500), size_says + " big");
        EXPECT_EQ(said(rules, {"keys", "*"}, 500),
                  told == action::alert ? "alert big" : "alert keys");
        EXPECT_EQ(said(rules, {"get", "x"}, 60), "reject other-size");
    }
}

TEST(RuleSet, LetsACommandBeExemptFromASizeRule)
{
    auto const rules =
        compiled({rule("mine", {"set"}, action::allow), size_rule("big", 100, action::reject)});
    EXPECT_EQ(said(rules, {"set", "a", "b"}, 500), "allow mine");
    EXPECT_EQ(said(rules, {"get", "a"}, 500), "reject big");
    EXPECT_EQ(rules.refuse_over_bytes(command::find("set")), no_limit);
    EXPECT_EQ(rules.refuse_over_bytes(), no_limit);
}

TEST(RuleSet, JudgesEachPairOfConfigSetAndCountsTheWorst)
{
    auto const rules = compiled({
        config_rule("good", {"maxmemory-policy"}, {"noeviction"}, action::allow),
        config_rule("bad", {"maxmemory-policy"}, {}, action::reject),
        config_rule("worse", {"port"}, {}, action::close),
        config_rule("rest", {"*"}, {}, action::alert),
    });
    EXPECT_EQ(said(rules, {"config", "set", "maxmemory-policy", "noeviction"}), "allow good");
    EXPECT_EQ(said(rules, {"config", "set", "hz", "1", "maxmemory-policy", "x"}), "reject bad");
    EXPECT_EQ(said(rules, {"config", "set", "maxmemory-policy", "x", "hz", "1"}), "reject bad");
    EXPECT_EQ(said(rules, {"config", "set", "maxmemory-policy", "x", "port", "1"}), "close worse");
    EXPECT_EQ(said(rules, {"config", "set", "maxmemory-policy", "noeviction", "hz", "1"}),
              "alert rest");
    EXPECT_EQ(said(rules, {"config", "set", "hz", "1", "maxmemory-policy"}), "alert rest");
    EXPECT_EQ(said(rules, {"config", "set"}), "allow");
    EXPECT_EQ(said(rules, {"config", "get", "port"}), "allow");
}

TEST(RuleSet, NamesTheFirstOfEquallyBadPairs)
{
    auto const rules = compiled(
        {config_rule("b", {"b"}, {}, action::reject), config_rule("a", {"a"}, {}, action::reject)});
    EXPECT_EQ(said(rules, {"config", "set", "a", "1", "b", "1"}), "reject a");
    EXPECT_EQ(said(rules, {"config", "set", "b", "1", "a", "1"}), "reject b");
}

TEST(RuleSet, JudgesAWholeConfigSetByRulesWithoutParameters)
{
    auto const rules = compiled(
        {config_rule("hz", {"hz"}, {}, action::allow), rule("config", {"config"}, action::reject)});
    EXPECT_EQ(said(rules, {"config", "set", "hz", "1"}), "allow hz");
    EXPECT_EQ(said(rules, {"config", "set", "hz", "1", "port", "1"}), "reject config");
    EXPECT_EQ(said(rules, {"config", "set"}), "reject config");
    EXPECT_EQ(said(rules, {"config", "get", "hz"}), "reject config");
}

TEST(RuleSet, LooksAtTheOtherPairsForAlsoSets)
{
    rule_settings with_aof = config_rule("with-aof", {"save"}, {""}, action::alert);
    with_aof.match.also_sets = {"appendonly", "yes"};
    auto const rules = compiled({with_aof, config_rule("save", {"save"}, {}, action::reject)});
    EXPECT_EQ(said(rules, {"config", "set", "save", ""}), "reject save");
    EXPECT_EQ(said(rules, {"config", "set", "save", "", "appendonly", "no"}), "reject save");
    EXPECT_EQ(said(rules, {"config", "set", "save", "", "AppendOnly", "YES"}), "alert with-aof");
    EXPECT_EQ(said(rules, {"config", "set", "appendonly", "yes", "save", ""}), "alert with-aof");
    EXPECT_EQ(said(rules, {"config", "set", "save", "", "appendonly"}), "reject save");
}

TEST(RuleSet, TakesTheWorstVerdictForAConfigSetThatIsNotWhole)
{
    auto const rules = compiled({
        config_rule("hz", {"hz"}, {}, action::allow),
        config_rule("bad", {"port"}, {}, action::reject),
        size_rule("big", 1'000, action::alert),
    });
    std::string const whole = canonical({"config", "set", "hz", "1", "hz", "2"});
    request_facts facts;
    facts.command = command::find("config|set");
    facts.size_bytes = whole.size();
    facts.canonical = whole;
    EXPECT_EQ(test::say(rules, rules.judge(facts)), "allow hz");
    for (std::size_t size = 0; size + 2 < whole.size(); ++size) {
        facts.canonical = byte_view(whole).substr(0, size);
        EXPECT_EQ(test::say(rules, rules.judge(facts)), "reject bad") << size;
    }
}

TEST(RuleSet, OnlyAlertsIfNotEnforced)
{
    std::vector<rule_settings> const written{
        rule("flush", {"flushall"}, action::reject),
        rule("close", {"debug"}, action::close),
        config_rule("told", {"hz"}, {}, action::alert),
        config_rule("bad", {"port"}, {}, action::reject),
        size_rule("big", 1'000, action::reject),
    };
    auto const rules = compiled(written, false);
    EXPECT_FALSE(rules.enforced());
    EXPECT_EQ(said(rules, {"flushall"}), "alert flush");
    EXPECT_EQ(said(rules, {"debug"}), "alert close");
    // What would have been refused is named, not what would have been told anyway.
    EXPECT_EQ(said(rules, {"config", "set", "hz", "1", "port", "1"}), "alert bad");
    EXPECT_EQ(said(rules, {"get", "x"}, 2'000), "alert big");
    EXPECT_EQ(rules.refuse_over_bytes(), no_limit);
    EXPECT_EQ(rules.refuse_over_bytes(command::find("get")), no_limit);
}

TEST(RuleSet, NeverRefusesAnythingIfNotEnforced)
{
    std::mt19937 random(11);  // The same requests each time.
    words const names{"flushall", "config", "nope", "set",    "debug",
                      "client",   "multi",  "",     "cluster"};
    words const rest{"set",  "hz",         "port", "", "10", std::string("a\0b", 3),
                     "kill", "appendonly", "yes"};
    for (int round = 0; round < 500; ++round) {
        std::vector<rule_settings> written;
        for (int i = 0; i < 4; ++i) {
            auto const what = static_cast<action>(random() % 4);
            rule_settings made = random() % 2 == 0
                                     ? config_rule("", {rest[random() % 4 + 1] + "*"}, {}, what)
                                     : rule("", {names[random() % 6] + "*"}, what);
            if (random() % 3 == 0) made.match.request_bytes_over = random() % 60;
            made.id = "r" + std::to_string(i);
            if (fault_of({made}).empty()) written.push_back(made);
        }
        words request{names[random() % names.size()]};
        for (std::size_t i = random() % 7; i > 0; --i)
            request.push_back(rest[random() % rest.size()]);
        verdict const real = test::judge(compiled(written), request);
        verdict const told = test::judge(compiled(written, false), request);
        ASSERT_LT(told.what, action::reject);
        ASSERT_EQ(told.rule, real.rule);
        ASSERT_EQ(told.what, std::min(real.what, action::alert));
        ASSERT_TRUE(real.what == action::allow || real.rule != no_rule);
    }
}

TEST(RuleSet, RefusesTwoRulesWithOneId)
{
    rule_settings first = rule("x", {"get"}, action::alert);
    first.source = "guard.toml:3";
    rule_settings second = rule("x", {"set"}, action::alert);
    second.source = "preset emailengine";
    EXPECT_EQ(fault_of({first, second}),
              "rule 'x' (preset emailengine): another rule has this id (guard.toml:3)");
}

TEST(RuleSet, NamesAllFaultsAtOnce)
{
    EXPECT_EQ(fault_of({rule("a", {"["}, action::alert), rule("b", {"get"}, action::alert),
                        rule("c", {""}, action::alert)}),
              "rule 'a': pattern '[' has a '[' without ']'\nrule 'c': a command name is empty");
}

TEST(RuleSet, HasBoundsForItsNumbers)
{
    std::vector<rule_settings> many(65'534);
    for (std::size_t i = 0; i < many.size(); ++i)
        many[i] = rule("r" + std::to_string(i), {"get"}, action::alert);
    many.push_back(rule("last", {"get"}, action::alert));
    EXPECT_EQ(fault_of(many), "more than 65534 rules");
    many.resize(2'000);
    EXPECT_EQ(fault_of(many), "");

    std::vector<rule_settings> also(64);
    for (std::size_t i = 0; i < also.size(); ++i) {
        also[i] =
            config_rule("r" + std::to_string(i), {"p" + std::to_string(i)}, {}, action::reject);
        also[i].match.also_sets = {"q" + std::to_string(i), "1"};
    }
    auto const rules = compiled(also);
    EXPECT_EQ(said(rules, {"config", "set", "p63", "1", "q63", "1"}), "reject r63");
    EXPECT_EQ(said(rules, {"config", "set", "p63", "1", "q62", "1"}), "allow");
    also.push_back(also.back());
    EXPECT_EQ(fault_of(also), "more than 64 rules with also_sets");
}

TEST(RuleSet, KeepsItsRulesAndWarnings)
{
    auto const rules = compiled({rule("x", {"flushal"}, action::alert)});
    ASSERT_EQ(rules.rules().size(), 1U);
    EXPECT_EQ(rules.rules()[0].id, "x");
    ASSERT_EQ(rules.warnings().size(), 1U);
    EXPECT_EQ(rules.warnings()[0],
              "rule 'x': no known command 'flushal' (did you mean 'flushall'?)");
}

TEST(NulInConfigSet, IsFoundInEveryParameterAndValue)
{
    words const clean{"config", "set", "hz", "10", "save", "", "odd"};
    EXPECT_FALSE(nul_in_config_set(canonical(clean)));
    for (std::size_t i = 0; i < clean.size(); ++i) {
        words request = clean;
        request[i] += '\0';
        EXPECT_EQ(nul_in_config_set(canonical(request)), i >= 2) << i;
    }
    EXPECT_FALSE(nul_in_config_set(""));
}

}  // namespace
}  // namespace respguard::policy
