#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "policy/program.hpp"
#include "policy/rule_compiler.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::policy {
namespace {

using command::find;
using test::config_rule;
using test::rule;
using test::size_rule;

program made_of(std::vector<rule_settings> const& rules)
{
    std::vector<compiled_rule> compiled;
    for (rule_settings const& r : rules)
        compiled.push_back(compile_rule(r).value());
    return program(std::move(compiled));
}

TEST(Program, IsActiveOnlyFromTheSizeAtWhichARuleCanMatch)
{
    program const p = made_of({
        size_rule("big", 1'000, action::alert),
        rule("flush", {"flushall"}, action::reject),
    });
    EXPECT_EQ(p.active_from(find("get")), 1'001U);
    EXPECT_EQ(p.active_from(find("flushall")), 0U);
    EXPECT_EQ(p.active_from(command::other), 1'001U);
    EXPECT_EQ(made_of({}).active_from(find("get")), no_limit);
}

TEST(Program, NeedsArgumentsOnlyForRulesAboutParameters)
{
    EXPECT_FALSE(
        made_of({rule("x", {"config|set"}, action::reject)}).needs_arguments(find("config|set")));
    program const p = made_of({config_rule("x", {"hz"}, {}, action::reject)});
    EXPECT_TRUE(p.needs_arguments(find("config|set")));
    EXPECT_FALSE(p.needs_arguments(find("config|get")));
    EXPECT_FALSE(p.needs_arguments(find("get")));
}

TEST(Program, KnowsFromWhichSizeOnEverythingIsRefused)
{
    auto const limit = [](std::vector<rule_settings> const& rules, char const* command) {
        return made_of(rules).refuse_over_bytes(find(command));
    };
    EXPECT_EQ(limit({}, "get"), no_limit);
    EXPECT_EQ(limit({rule("flush", {"flushall"}, action::reject)}, "flushall"), no_limit);
    EXPECT_EQ(limit({size_rule("big", 100, action::reject)}, "get"), 100U);
    EXPECT_EQ(limit({size_rule("big", 100, action::close)}, "get"), 100U);
    EXPECT_EQ(limit({size_rule("big", 100, action::alert)}, "get"), no_limit);
    EXPECT_EQ(
        limit({size_rule("a", 200, action::reject), size_rule("b", 100, action::reject)}, "get"),
        100U);
}

TEST(Program, KnowsThatAnEarlierRuleMayLetALargeRequestPass)
{
    auto const limit = [](std::vector<rule_settings> const& rules, char const* command) {
        return made_of(rules).refuse_over_bytes(find(command));
    };
    auto const big = size_rule("big", 100, action::reject);
    EXPECT_EQ(limit({rule("a", {"set"}, action::allow), big}, "set"), no_limit);
    EXPECT_EQ(limit({rule("a", {"set"}, action::alert), big}, "set"), no_limit);
    EXPECT_EQ(limit({rule("a", {"set"}, action::allow), big}, "get"), 100U);
    EXPECT_EQ(limit({rule("a", {"ft.*"}, action::allow), big}, "other"), no_limit);
    EXPECT_EQ(limit({config_rule("a", {"hz"}, {}, action::allow), big}, "config|set"), no_limit);
    EXPECT_EQ(limit({size_rule("a", 500, action::alert), big}, "get"), no_limit);
    EXPECT_EQ(limit({big, size_rule("a", 50, action::allow)}, "get"), 100U);
    EXPECT_EQ(limit({big, rule("a", {"set"}, action::allow)}, "set"), 100U);
    EXPECT_EQ(limit({rule("a", {"flushall"}, action::reject), big}, "flushall"), 100U);
}

TEST(Program, LimitsTheSizeOfOneCommand)
{
    rule_settings big = size_rule("big", 100, action::reject);
    big.match.commands = {"set", "ft.*"};
    program const p = made_of({big});
    EXPECT_EQ(p.refuse_over_bytes(find("set")), 100U);
    EXPECT_EQ(p.refuse_over_bytes(find("get")), no_limit);
    EXPECT_EQ(p.refuse_over_bytes(command::other), no_limit);  // It may have another name.
}

}  // namespace
}  // namespace respguard::policy
