#include <gtest/gtest.h>

#include <string>

#include "policy/rule_compiler.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::policy {
namespace {

using test::config_rule;
using test::rule;
using test::size_rule;

std::string fault(rule_settings const& written)
{
    auto const made = compile_rule(written);
    return made ? std::string{} : made.error().text;
}

TEST(RuleCompiler, KeepsWhatTheRuleSays)
{
    auto const made = compile_rule(size_rule("big", 100, action::alert)).value();
    EXPECT_EQ(made.what, action::alert);
    EXPECT_EQ(made.active_from, 101U);
    EXPECT_TRUE(made.size_only());
    auto const named = compile_rule(rule("flush", {"FlushAll"}, action::reject)).value();
    EXPECT_EQ(named.active_from, 0U);
    EXPECT_FALSE(named.size_only());
    EXPECT_EQ(named.names.at(0).covers(command::find("flushall")), cover::always);
}

TEST(RuleCompiler, TakesAStarAsNoConditionOnTheCommand)
{
    rule_settings written = size_rule("big", 100, action::alert);
    written.match.commands = {"get", "*"};
    EXPECT_TRUE(compile_rule(written)->size_only());
}

TEST(RuleCompiler, HasNoRequestLargerThanTheLargestNumber)
{
    EXPECT_EQ(compile_rule(size_rule("big", no_limit, action::alert))->active_from, no_limit);
}

TEST(RuleCompiler, RefusesIdsThatCanNotStandInAReply)
{
    auto const of_id = [](std::string id) {
        return fault(rule(std::move(id), {"get"}, action::alert));
    };
    EXPECT_EQ(of_id(""), "rule '': a rule needs an id");
    EXPECT_EQ(of_id("a b"),
              "rule 'a b': an id may only have the characters a-z, 0-9, '-', '_' and '.'");
    EXPECT_NE(of_id("A"), "");
    EXPECT_NE(of_id("a\r\n"), "");
    EXPECT_NE(of_id("\xc3\xa4"), "");
    EXPECT_EQ(of_id("a-z_0.9"), "");
    EXPECT_EQ(of_id(std::string(64, 'a')), "");
    EXPECT_NE(of_id(std::string(65, 'a')), "");
    EXPECT_EQ(of_id("no-misconf"),
              "rule 'no-misconf': the id holds a word that Redis clients act on");
}

TEST(RuleCompiler, SaysWhereTheRuleStands)
{
    rule_settings written = rule("x", {"a["}, action::alert);
    written.source = "guard.toml:12";
    EXPECT_EQ(fault(written), "rule 'x' (guard.toml:12): pattern 'a[' has a '[' without ']'");
}

TEST(RuleCompiler, RefusesToRejectWhatMustPass)
{
    for (auto const* name : {"multi", "EXEC", "discard", "quit", "auth", "*", "mult?", "ex*"}) {
        std::string const why = fault(rule("x", {name}, action::reject));
        EXPECT_NE(why.find("which must pass"), std::string::npos) << name << ": " << why;
    }
    EXPECT_NE(fault(rule("x", {}, action::reject)), "");
    EXPECT_EQ(fault(rule("x", {"multi"}, action::alert)), "");
    EXPECT_EQ(fault(rule("x", {"multi"}, action::close)), "");
    EXPECT_EQ(fault(rule("x", {"@unknown"}, action::reject)), "");
}

TEST(RuleCompiler, LetsSizeRulesRejectAnyCommand)
{
    EXPECT_EQ(fault(size_rule("big", 100, action::reject)), "");
}

TEST(RuleCompiler, WantsConfigSetForConditionsOnParameters)
{
    auto const why =
        "rule 'x': param, value, value_between and also_sets need command = \"config|set\"";
    rule_settings written = config_rule("x", {"hz"}, {}, action::alert);
    EXPECT_EQ(fault(written), "");
    written.match.commands = {"CONFIG|SET"};
    EXPECT_EQ(fault(written), "");
    written.match.commands = {};
    EXPECT_EQ(fault(written), why);
    written.match.commands = {"config|get"};
    EXPECT_EQ(fault(written), why);
    written.match.commands = {"config|set", "flushall"};
    EXPECT_EQ(fault(written), why);
    written.match.commands = {"config|set", "*"};
    EXPECT_EQ(fault(written), why);
}

TEST(RuleCompiler, PassesOnWhatIsWrongWithPatterns)
{
    EXPECT_NE(fault(config_rule("x", {"["}, {}, action::alert)), "");
    EXPECT_NE(fault(config_rule("x", {"hz"}, {"a\\"}, action::alert)), "");
    EXPECT_NE(fault(rule("x", {"debug|sleep"}, action::alert)), "");
    EXPECT_NE(fault(rule("x", {"@admins"}, action::alert)), "");
}

}  // namespace
}  // namespace respguard::policy
