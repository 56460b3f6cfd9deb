#include "config/policy_step.hpp"
#include "loading.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::config {
namespace {

using test::errors_of;
using test::lines;
using test::load_text;
using test::texts;

std::string rule(std::string const& id, std::string const& match)
{
    return "[[policy.rule]]\nid = \"" + id + "\"\nmatch = " + match + "\naction = \"reject\"\n";
}

TEST(Policy, OwnRulesComeBeforeThoseOfThePresets)
{
    auto const rules = load_text(rule("mine", "{ command = \"ping\" }")).values.policy.rules;
    ASSERT_GT(rules.size(), 1U);
    EXPECT_EQ(rules[0].id, "mine");
    EXPECT_EQ(rules[0].source, "FILE:1");
    EXPECT_EQ(rules[1].source, "preset emailengine");
}

/// What preset list makes of this request.
std::string verdict_with(std::string const& presets, policy::test::words const& request)
{
    auto const got = load_text("[policy]\npresets = [" + presets + "]\n");
    return policy::test::said(policy::rule_set::compile(got.values.policy).value(), request);
}

TEST(Policy, TheDefaultPresetDoesNotHideWhatOthersRefuse)
{
    for (std::string const presets : {R"("emailengine", "shared")", R"("shared", "emailengine")"}) {
        EXPECT_EQ(verdict_with(presets, {"KEYS", "*"}), "reject shared-keyspace");
        EXPECT_EQ(verdict_with(presets, {"CONFIG", "SET", "loglevel", "debug"}),
                  "reject shared-config");
        EXPECT_EQ(verdict_with(presets, {"FOO"}), "reject shared-unknown");
        EXPECT_EQ(verdict_with(presets, {"FCALL", "f", "0"}), "alert function-call");
    }
    std::string const big(2U << 20U, 'x');
    for (std::string const presets :
         {R"("emailengine", "upstash-1mb")", R"("upstash-1mb", "emailengine")"}) {
        EXPECT_EQ(verdict_with(presets, {"SET", "k", big}), "reject upstash-1mb-request");
        EXPECT_EQ(verdict_with(presets, {"FLUSHALL"}), "reject flush");
    }
}

TEST(Policy, APresetMaySwitchEnforcementOffWhateverTheFileSays)
{
    auto const got =
        load_text("[policy]\npresets = [\"emailengine\", \"observe-only\"]\nenforce = true\n");
    EXPECT_EQ(texts(got.errors), lines{});
    EXPECT_FALSE(got.values.policy.enforce);
    EXPECT_EQ(got.origins.at("policy.enforce"), "preset observe-only");
}

TEST(Policy, PresetsMustExistAndBeNamedOnce)
{
    EXPECT_EQ(errors_of("[policy]\npresets = [\"emailengin\"]\n"),
              lines{"FILE:2:11: policy.presets: 'emailengin' is no preset, did you mean "
                    "'emailengine'?"});
    EXPECT_EQ(errors_of("[policy]\npresets = [\"emailengine\", \"emailengine\"]\n"),
              lines{"FILE:2:11: policy.presets: 'emailengine' is named twice"});
}

TEST(Policy, EachRuleThatCanNotWorkIsReportedWithItsPlace)
{
    EXPECT_EQ(errors_of(rule("no-exec", "{ command = \"exec\" }") + "\n" +
                        rule("no-command", "{ param = \"save\" }")),
              (lines{"FILE:1: policy.rule: 'no-exec': it would reject 'exec', which must pass: "
                     "commands would run outside their transaction or clients would hang",
                     "FILE:6: policy.rule: 'no-command': param, value, value_between and "
                     "also_sets need command = \"config|set\""}));
}

TEST(Policy, TwoRulesOfOneIdAreAMistake)
{
    auto const errors =
        errors_of(rule("a", "{ command = \"ping\" }") + rule("a", "{ command = \"echo\" }"));
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_NE(errors[0].find("another rule has this id"), std::string::npos) << errors[0];
}

TEST(Policy, ATypingErrorInACommandIsAWarning)
{
    auto const got = load_text(rule("x", "{ command = \"flushal\" }"));
    EXPECT_EQ(texts(got.errors), lines{});
    ASSERT_EQ(got.warnings.size(), 1U);
    EXPECT_EQ(got.warnings[0].where, "FILE:1");
    EXPECT_NE(got.warnings[0].text.find("did you mean 'flushall'?"), std::string::npos);
}

}  // namespace
}  // namespace respguard::config
