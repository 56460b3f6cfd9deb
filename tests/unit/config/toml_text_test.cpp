#include <gtest/gtest.h>

#include "config/toml_text.hpp"

namespace respguard::config {
namespace {

value parsed_value(std::string_view text)
{
    auto const got = parse_toml_value(text, place{"test"});
    return std::holds_alternative<value>(got) ? std::get<value>(got) : value{};
}

TEST(ParseToml, KeepsTypesAndPlaces)
{
    auto const got = parse_toml("a = \"x\"\n[t]\n  b = [1, true, 1.5, 2026-01-01]\n", "f.toml");
    ASSERT_TRUE(std::holds_alternative<value>(got));
    value const& root = std::get<value>(got);
    ASSERT_EQ(root.entries.size(), 2U);
    EXPECT_EQ(root.entries[0].name, "a");
    EXPECT_EQ(root.entries[0].content.text, "x");
    EXPECT_EQ(root.entries[0].at.where(), "f.toml:1:1");
    EXPECT_EQ(root.entries[0].content.at.where(), "f.toml:1:5");
    value const* const list = root.find("t")->find("b");
    ASSERT_NE(list, nullptr);
    EXPECT_EQ(list->at.where(), "f.toml:3:7");
    ASSERT_EQ(list->items.size(), 4U);
    EXPECT_EQ(list->items[0].integer, 1);
    EXPECT_TRUE(list->items[1].boolean);
    EXPECT_EQ(list->items[2].text, "1.5");
    EXPECT_EQ(list->items[3].what, value::kind::date);
}

TEST(ParseToml, EntriesStandAsWrittenNotByName)
{
    auto const got = parse_toml("z = 1\na = 2\n", "f");
    EXPECT_EQ(std::get<value>(got).entries[0].name, "z");
}

TEST(ParseToml, ASyntaxErrorIsAMistakeWithItsPlace)
{
    auto const got = parse_toml("a = 1\nb = = 2\n", "f.toml");
    ASSERT_TRUE(std::holds_alternative<mistake>(got));
    EXPECT_EQ(std::get<mistake>(got).at.line, 2U);
}

TEST(ParseToml, BinaryJunkIsAMistake)
{
    EXPECT_TRUE(std::holds_alternative<mistake>(parse_toml("\xff\xfe\x00", "f")));
    EXPECT_TRUE(std::holds_alternative<mistake>(parse_toml(std::string_view("a = 1\0", 6), "f")));
}

TEST(ParseTomlValue, ReadsOneValueWithThePlaceGiven)
{
    auto const got = parse_toml_value("[\"a\", 'b']", place{"--set"});
    ASSERT_TRUE(std::holds_alternative<value>(got));
    EXPECT_EQ(std::get<value>(got).items.size(), 2U);
    EXPECT_EQ(std::get<value>(got).at.where(), "--set");
    EXPECT_TRUE(std::holds_alternative<mistake>(parse_toml_value("1\nb = 2", place{"x"})));
    EXPECT_TRUE(std::holds_alternative<mistake>(parse_toml_value("[", place{"x"})));
}

TEST(TomlQuoted, ReadsBack)
{
    for (std::string const& text :
         {std::string("plain"), std::string("a\"b\\c"), std::string("tab\tline\n\x01\x7f"),
          std::string("\xc3\xa4"), std::string()}) {
        EXPECT_EQ(parsed_value(toml_quoted(text)).text, text) << toml_quoted(text);
    }
}

}  // namespace
}  // namespace respguard::config
