#include "respguard/policy/rule_list.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace respguard::policy {
namespace {

std::vector<std::uint16_t> all_of(rule_list const& rules)
{
    return {rules.view().begin(), rules.view().end()};
}

TEST(RuleList, HoldsEachRuleOnceAndTheFirstEight)
{
    rule_list rules;
    EXPECT_TRUE(rules.empty());
    for (std::uint16_t const rule : std::initializer_list<std::uint16_t>{5, 3, 5, no_rule, 3})
        rules.add(rule);
    EXPECT_EQ(all_of(rules), (std::vector<std::uint16_t>{5, 3}));
    for (std::uint16_t rule = 10; rule < 30; ++rule)
        rules.add(rule);
    EXPECT_EQ(rules.view().size(), rule_list::size_max);
    EXPECT_TRUE(rules.has(15));
    EXPECT_FALSE(rules.has(16));
}

TEST(RuleList, LosesWhatIsGoneWhenRulesAreRenumbered)
{
    rule_list rules;
    for (std::uint16_t rule = 1; rule <= 3; ++rule)
        rules.add(rule);
    rules.renumber([](std::uint16_t rule) {
        return rule == 2 ? no_rule : static_cast<std::uint16_t>(rule + 10);
    });
    EXPECT_EQ(all_of(rules), (std::vector<std::uint16_t>{11, 13}));
}

}  // namespace
}  // namespace respguard::policy
