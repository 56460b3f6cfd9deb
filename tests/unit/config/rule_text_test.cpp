#include "respguard/config/rule_text.hpp"

#include <gtest/gtest.h>

namespace respguard::config {
namespace {

TEST(MatchText, WritesEveryCondition)
{
    policy::match_settings match;
    EXPECT_EQ(match_text(match), "{  }");
    match.commands = {"config|set"};
    match.params = {"a", "b"};
    match.values = {"\"x\""};
    match.value_between = {-1, 9};
    match.also_sets = {"appendonly", "yes"};
    match.request_bytes_over = 1'048'576;
    EXPECT_EQ(match_text(match),
              "{ command = \"config|set\", param = [\"a\", \"b\"], value = \"\\\"x\\\"\", "
              "value_between = [-1, 9], also_sets = { param = \"appendonly\", value = \"yes\" }, "
              "request_bytes_over = \"1mb\" }");
}

TEST(RuleToml, NamesTheSourceAndLeavesOutAnEmptyMessage)
{
    policy::rule_settings rule;
    rule.id = "x";
    rule.match.commands = {"get"};
    rule.what = policy::action::reject;
    rule.source = "f.toml:3";
    EXPECT_EQ(rule_toml(rule), "[[policy.rule]]  # f.toml:3\nid = \"x\"\n"
                               "match = { command = \"get\" }\naction = \"reject\"\n");
}

}  // namespace
}  // namespace respguard::config
