#include "respguard/policy/rule_places.hpp"

#include <gtest/gtest.h>

#include "unit/policy/judging.hpp"

namespace respguard::policy {
namespace {

using test::compiled;
using test::rule;
using test::size_rule;

rule_settings get(std::string id) { return rule(std::move(id), {"get"}, action::alert); }

TEST(RulePlaces, FindRulesByTheirIds)
{
    rule_places const places(compiled({get("a"), get("b"), get("c")}),
                             compiled({get("c"), get("x"), get("a")}));
    EXPECT_EQ(places.of(0), 2);
    EXPECT_EQ(places.of(1), no_rule);
    EXPECT_EQ(places.of(2), 0);
    EXPECT_EQ(places.of(3), no_rule);
    EXPECT_EQ(places.of(no_rule), no_rule);
    EXPECT_EQ(places.rules_before(), 3U);
    EXPECT_EQ(places.rules_after(), 3U);
}

TEST(RulePlaces, OfNoRules)
{
    EXPECT_EQ(rule_places({}, compiled({get("a")})).of(0), no_rule);
    EXPECT_EQ(rule_places(compiled({get("a")}), {}).of(0), no_rule);
}

TEST(RulePlaces, SayWhatChanged)
{
    auto slow = get("rate");
    slow.limit = rate_limit::parse("1/s").value();
    auto slower = slow;
    slower.limit = rate_limit::parse("1/m").value();
    rule_places const places(
        compiled({size_rule("size", 1000, action::alert), slow, get("gone")}),
        compiled({slower, size_rule("size", 2000, action::alert), get("new")}));
    EXPECT_FALSE(places.keeps_size_limit(0));
    EXPECT_TRUE(places.keeps_rate(0)) << "it has none, before and after";
    EXPECT_TRUE(places.keeps_size_limit(1));
    EXPECT_FALSE(places.keeps_rate(1));
    EXPECT_FALSE(places.keeps_size_limit(2)) << "gone";
    EXPECT_FALSE(places.keeps_rate(2)) << "gone";
    EXPECT_FALSE(places.keeps_rate(no_rule));
}

}  // namespace
}  // namespace respguard::policy
