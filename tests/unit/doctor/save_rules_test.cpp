#include <gtest/gtest.h>

#include "doctor/save_rules.hpp"

namespace respguard::doctor {
namespace {

TEST(SaveRules, ReadsPairs)
{
    auto const rules = parse_save_rules("3600 1 300 100");
    ASSERT_EQ(rules.size(), 2U);
    EXPECT_EQ(rules[1].seconds, 300);
    EXPECT_EQ(rules[1].changes, 100);
}

TEST(SaveRules, NonsenseEndsTheList)
{
    EXPECT_TRUE(parse_save_rules("").empty());
    EXPECT_TRUE(parse_save_rules("  ").empty());
    EXPECT_TRUE(parse_save_rules("900").empty());
    EXPECT_EQ(parse_save_rules("900 1 x").size(), 1U);
    EXPECT_TRUE(parse_save_rules("99999999999999999999 1").empty());
}

}  // namespace
}  // namespace respguard::doctor
