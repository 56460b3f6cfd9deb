#include <gtest/gtest.h>

#include <string>

#include "policy/config_parameter.hpp"

namespace respguard::policy {
namespace {

std::string primary(std::string_view as_sent)
{
    return std::string(parameter_name(as_sent).primary());
}

TEST(ParameterName, IgnoresLetterCaseAndKindOfDash)
{
    EXPECT_EQ(primary("MaxMemory-Policy"), "maxmemory-policy");
    EXPECT_EQ(primary("maxmemory_policy"), "maxmemory-policy");
    EXPECT_EQ(primary("maxmemory.policy"), "maxmemory-policy");
    EXPECT_EQ(primary("\xc4 x"), "\xc4 x");
    EXPECT_EQ(primary(""), "");
}

TEST(ParameterName, EndsAtANul)
{
    using namespace std::string_literals;
    EXPECT_EQ(primary("hz\0x"s), "hz");
}

TEST(ParameterName, ReadsEveryAliasAsItsPrimaryName)
{
    EXPECT_EQ(parameter_aliases().size(), 21U);
    for (parameter_alias const& a : parameter_aliases()) {
        EXPECT_EQ(primary(a.alias), a.primary);
        EXPECT_EQ(primary(a.primary), a.primary);
        EXPECT_EQ(parameter_name(a.alias).written(), a.alias);
    }
    EXPECT_EQ(primary("SLAVE_read.only"), "replica-read-only");
    EXPECT_EQ(primary("LUA-time-limit"), "busy-reply-threshold");
}

TEST(ParameterName, SaysWhenItIsLongerThanAnyParameter)
{
    EXPECT_FALSE(parameter_name(std::string(128, 'a')).too_long());
    EXPECT_TRUE(parameter_name(std::string(129, 'a')).too_long());
    EXPECT_EQ(primary(std::string(129, 'a')), "");
}

TEST(NormalParameter, IsTheFormThatNamesAreComparedIn)
{
    EXPECT_EQ(normal_parameter("Slave_Priority"), "replica-priority");
    EXPECT_EQ(normal_parameter("active_defrag.*"), "active-defrag-*");
    EXPECT_EQ(normal_parameter("a[_X.]_"), "a[_x.]-");
}

TEST(StrictInteger, ReadsWhatRedisReads)
{
    EXPECT_EQ(strict_integer("0"), 0);
    EXPECT_EQ(strict_integer("300"), 300);
    EXPECT_EQ(strict_integer("-1"), -1);
    EXPECT_EQ(strict_integer("9223372036854775807"), INT64_MAX);
    EXPECT_EQ(strict_integer("-9223372036854775808"), INT64_MIN);
}

// EVASION E16.
TEST(StrictInteger, RefusesEveryOtherSpelling)
{
    for (auto const* text :
         {"", "00", "+0", "-0", " 0", "0 ", "0x0", "01", "-01", "1e1", "1.0", "-", "+",
          "9223372036854775808", "18446744073709551616", "a", "1a", "--1"}) {
        EXPECT_FALSE(strict_integer(text).has_value()) << text;
    }
}

}  // namespace
}  // namespace respguard::policy
