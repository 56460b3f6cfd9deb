#include <gtest/gtest.h>

#include "config/rule_reader.hpp"
#include "config/toml_text.hpp"

namespace respguard::config {
namespace {

struct reading {
    std::vector<policy::rule_settings> rules;
    std::vector<std::string> errors;
};

/// `body` is what stands below [[rule]].
reading read_rule(std::string const& body, std::string const& source = "")
{
    auto const document = parse_toml("[[rule]]\n" + body, "t");
    mistakes found;
    reading out;
    out.rules = read_rules(*std::get<value>(document).find("rule"), {"rule", source}, found);
    for (mistake const& m : found)
        out.errors.push_back(m.at.where() + ": " + m.key + ": " + m.text);
    return out;
}

std::string error_of(std::string const& match)
{
    auto const got = read_rule("id = \"x\"\naction = \"alert\"\nmatch = " + match);
    return got.errors.size() == 1 ? got.errors[0] : std::to_string(got.errors.size());
}

TEST(ReadRules, ReadsEveryField)
{
    auto const got = read_rule(R"(
id = "all"
action = "close"
message = "why"
match.command = ["config|set", "x"]
match.param = "save"
match.value = ["", 0, "no"]
match.value_between = [-1, 9]
match.also_sets = { param = "appendonly", value = "yes" }
match.request_bytes_over = "1mb"
)");
    ASSERT_EQ(got.errors, std::vector<std::string>{});
    ASSERT_EQ(got.rules.size(), 1U);
    auto const& rule = got.rules[0];
    EXPECT_EQ(rule.id, "all");
    EXPECT_EQ(rule.what, policy::action::close);
    EXPECT_EQ(rule.message, "why");
    EXPECT_EQ(rule.source, "t:1");
    EXPECT_EQ(rule.match.commands, (std::vector<std::string>{"config|set", "x"}));
    EXPECT_EQ(rule.match.params, std::vector<std::string>{"save"});
    EXPECT_EQ(rule.match.values, (std::vector<std::string>{"", "0", "no"}));
    EXPECT_EQ(rule.match.value_between, (std::pair<std::int64_t, std::int64_t>{-1, 9}));
    EXPECT_EQ(rule.match.also_sets, (std::pair<std::string, std::string>{"appendonly", "yes"}));
    EXPECT_EQ(rule.match.request_bytes_over, 1'048'576U);
}

TEST(ReadRules, ReadsShadowRateAndEvery)
{
    std::string const base = "id = \"x\"\naction = \"alert\"\nmatch = { command = \"get\" }\n";
    auto const got =
        read_rule(base + "shadow = true\nover = \"10/m\"\nper = \"user\"\nevery = \"10s\"");
    ASSERT_EQ(got.errors, std::vector<std::string>{});
    EXPECT_TRUE(got.rules[0].shadow);
    EXPECT_EQ(got.rules[0].limit->to_string(), "10/m");
    EXPECT_EQ(got.rules[0].limit->share, policy::rate_share::user);
    EXPECT_EQ(got.rules[0].every, std::chrono::seconds(10));
    for (auto const* wrong : {"over = \"10/m\"", "per = \"user\"", "over = \"x\"\nper = \"user\"",
                              "over = \"1/s\"\nper = \"usr\"", "shadow = 1", "every = \"10\"",
                              "over = 5\nper = \"user\""}) {
        EXPECT_EQ(read_rule(base + wrong).errors.size(), 1U) << wrong;
    }
}

TEST(ReadRules, KnowsEveryAction)
{
    for (auto const what : {policy::action::allow, policy::action::alert, policy::action::reject,
                            policy::action::close}) {
        auto const got = read_rule("id = \"x\"\nmatch = { command = \"get\" }\naction = \"" +
                                   std::string(policy::to_string(what)) + "\"");
        ASSERT_EQ(got.rules.size(), 1U);
        EXPECT_EQ(got.rules[0].what, what);
    }
}

TEST(ReadRules, PresetsGiveTheirNameAsSource)
{
    auto const got =
        read_rule("id = \"x\"\naction = \"alert\"\nmatch = { command = \"get\" }", "preset test");
    ASSERT_EQ(got.rules.size(), 1U);
    EXPECT_EQ(got.rules[0].source, "preset test");
}

TEST(ReadRules, AllMistakesOfARuleAreReportedAndTheRuleIsLeftOut)
{
    auto const got = read_rule("idd = 5\nmatch = 7\naction = \"rejct\"\nmessage = true");
    EXPECT_TRUE(got.rules.empty());
    EXPECT_EQ(got.errors,
              (std::vector<std::string>{
                  "t:2:1: rule.idd: unknown field, did you mean 'id'?",
                  "t:1:1: rule.id: is missing: each rule has its own, such as id = \"big-command\"",
                  "t:5:11: rule.message: found true, expected a string",
                  "t:4:10: rule.action: 'rejct' is not known, did you mean 'reject'?",
                  "t:3:9: rule.match: found the number 7, expected a table such as { command = "
                  "\"flushall\" }"}));
}

TEST(ReadRules, ARuleWithoutActionOrMatchIsAMistake)
{
    EXPECT_EQ(read_rule("id = \"x\"").errors,
              (std::vector<std::string>{
                  "t:1:1: rule.action: is missing: allow, alert, reject or close",
                  "t:1:1: rule.match: is missing, such as match = { command = \"flushall\" }"}));
}

TEST(ReadRules, SaysWhatIsWrongWithAMatch)
{
    EXPECT_EQ(error_of("{}"),
              "t:4:9: rule.match: is empty: write { command = \"*\" } if every command is meant");
    EXPECT_EQ(error_of("{ command = [] }"),
              "t:4:21: rule.match.command: is an empty list: it would never match");
    EXPECT_EQ(error_of("{ command = true }"), "t:4:21: rule.match.command: found true, expected a "
                                              "string or a list of strings");
    EXPECT_EQ(error_of("{ value_between = [1] }"),
              "t:4:27: rule.match.value_between: expected two numbers, such as [1, 299], or "
              "two sizes, such as [\"100mb\", \"4gb\"]");
    EXPECT_EQ(error_of("{ value_between = [1, \"2\"] }"),
              "t:4:27: rule.match.value_between: expected two numbers, such as [1, 299], or "
              "two sizes, such as [\"100mb\", \"4gb\"]");
    EXPECT_EQ(error_of("{ also_sets = { param = \"x\" } }"),
              "t:4:23: rule.match.also_sets: expected a table such as { param = \"appendonly\", "
              "value = \"yes\" }");
    EXPECT_EQ(error_of("{ also_sets = { param = \"x\", value = \"y\", valeu = 1 } }"),
              "t:4:51: rule.match.also_sets.valeu: unknown field, did you mean 'value'?");
    EXPECT_EQ(error_of("{ request_bytes_over = true }"),
              "t:4:32: rule.match.request_bytes_over: found true, expected a size such as \"1mb\"");
    EXPECT_EQ(error_of("{ request_bytes_over = \"1 mb\" }").substr(0, 50),
              "t:4:32: rule.match.request_bytes_over: unknown uni");
    EXPECT_EQ(error_of("{ comand = \"x\" }"),
              "t:4:11: rule.match.comand: unknown field, did you mean 'command'?");
}

TEST(ReadRules, TheListMustBeAListOfTables)
{
    for (auto const& [text, expected] : std::vector<std::pair<std::string, std::string>>{
             {"rule = 5", "found the number 5, expected [[rule]] (two brackets on each side)"},
             {"[rule]\nid = \"x\"", "found a table, expected [[rule]] (two brackets on each side)"},
             {"rule = [1]", "found the number 1, expected [[rule]]"}}) {
        auto const document = parse_toml(text, "t");
        mistakes found;
        EXPECT_TRUE(
            read_rules(*std::get<value>(document).find("rule"), {"rule", ""}, found).empty());
        ASSERT_EQ(found.size(), 1U) << text;
        EXPECT_EQ(found[0].text, expected);
    }
}

}  // namespace
}  // namespace respguard::config
