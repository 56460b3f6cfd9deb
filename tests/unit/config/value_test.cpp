#include <gtest/gtest.h>

#include "config/value.hpp"

namespace respguard::config {
namespace {

TEST(Place, HasLineAndColumnIfTheSourceHas)
{
    EXPECT_EQ((place{"f.toml", 12, 3}).origin(), "f.toml:12");
    EXPECT_EQ((place{"f.toml", 12, 3}).where(), "f.toml:12:3");
    EXPECT_EQ((place{"--set"}).where(), "--set");
}

TEST(Value, DescribesItselfWithoutItsText)
{
    value text;
    text.text = "hunter2";
    EXPECT_EQ(text.describe(), "a string");
    EXPECT_EQ(bare_value("hunter2", {}).describe(), "a word");
    EXPECT_EQ(bare_value("", {}).describe(), "nothing");
    value number;
    number.what = value::kind::integer;
    number.integer = -5;
    EXPECT_EQ(number.describe(), "the number -5");
}

TEST(Value, FindsEntriesByName)
{
    value table;
    table.what = value::kind::table;
    table.entries.push_back({"a", {}, bare_value("1", {})});
    ASSERT_NE(table.find("a"), nullptr);
    EXPECT_EQ(table.find("a")->text, "1");
    EXPECT_EQ(table.find("b"), nullptr);
}

}  // namespace
}  // namespace respguard::config
