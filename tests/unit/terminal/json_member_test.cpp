#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "terminal/json_member.hpp"

namespace respguard::terminal {
namespace {

boost::json::object sample()
{
    return boost::json::parse(
               R"({"a": {"b": {"c": 2.6}}, "text": "x", "yes": true, "rows": [1, 2], "n": 7})")
        .as_object();
}

TEST(JsonMember, IsFoundAtItsPath)
{
    auto const all = sample();
    EXPECT_DOUBLE_EQ(number_at(all, "a.b.c"), 2.6);
    EXPECT_EQ(integer_at(all, "a.b.c"), 3);
    EXPECT_DOUBLE_EQ(number_at(all, "n"), 7);
    EXPECT_EQ(text_at(all, "text"), "x");
    EXPECT_TRUE(flag_at(all, "yes"));
    EXPECT_EQ(rows_at(all, "rows").size(), 2U);
}

TEST(JsonMember, MayBeMissingOrOfAnotherKind)
{
    auto const all = sample();
    EXPECT_EQ(member_at(all, "a.x.c"), nullptr);
    EXPECT_EQ(member_at(all, "text.length"), nullptr);
    EXPECT_DOUBLE_EQ(number_at(all, "text"), 0);
    EXPECT_EQ(text_at(all, "n"), "");
    EXPECT_FALSE(flag_at(all, "n"));
    EXPECT_TRUE(rows_at(all, "a").empty());
}

}  // namespace
}  // namespace respguard::terminal
