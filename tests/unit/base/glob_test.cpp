#include "respguard/base/glob.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace respguard {
namespace {

bool matches(std::string_view pattern, std::string_view text)
{
    return glob::parse(pattern).value().matches(text);
}

TEST(Glob, MatchesAsRedisDoes)
{
    struct row {
        std::string pattern;
        std::string text;
        bool expected;
    };
    std::vector<row> const table{
        {"", "", true},           {"", "a", false},
        {"abc", "abc", true},     {"abc", "abcd", false},
        {"*", "", true},          {"*", "anything", true},
        {"a*", "a", true},        {"a*c", "abbbc", true},
        {"a*c", "abbbcd", false}, {"*a*b*", "xxaxxbxx", true},
        {"*ab", "aab", true},     {"*aab", "aaab", true},
        {"?", "a", true},         {"?", "", false},
        {"a?c", "abc", true},     {"[abc]", "b", true},
        {"[abc]", "d", false},    {"[a-c]x", "bx", true},
        {"[c-a]x", "bx", true},   {"[^a-c]", "d", true},
        {"[^a-c]", "b", false},   {"[a\\]b]", "]", true},
        {"[a-]", "-", true},      {"x[0-9]*", "x12", true},
        {"x[0-9]*", "x", false},  {"\\*", "*", true},
        {"\\*", "a", false},      {"a\\?b", "a?b", true},
        {"a\\?b", "axb", false},  {"*\\*", "ab*", true},
        {"*[ab]c", "xbbc", true},
    };
    for (row const& r : table)
        EXPECT_EQ(matches(r.pattern, r.text), r.expected) << r.pattern << ' ' << r.text;
}

TEST(Glob, IgnoresAsciiLetterCaseOnly)
{
    EXPECT_TRUE(matches("AllKeys-*", "ALLKEYS-lru"));
    EXPECT_TRUE(matches("[A-C]", "b"));
    EXPECT_TRUE(matches("[a-c]", "B"));
    EXPECT_FALSE(matches("\xe4", "\xc4"));
}

TEST(Glob, TellsLiteralsFromPatterns)
{
    EXPECT_TRUE(glob::parse("flushall")->is_literal());
    EXPECT_TRUE(glob::parse("a\\*")->is_literal());
    EXPECT_EQ(glob::parse("A\\*")->text(), "a*");
    EXPECT_FALSE(glob::parse("a*")->is_literal());
    EXPECT_TRUE(glob::parse("**")->matches_everything());
    EXPECT_FALSE(glob::parse("*?")->matches_everything());
    EXPECT_FALSE(glob::parse("")->matches_everything());
}

TEST(Glob, RefusesWhatIsSurelyNotMeant)
{
    EXPECT_EQ(glob::parse("a[bc").error().text, "pattern 'a[bc' has a '[' without ']'");
    EXPECT_EQ(glob::parse("a[]").error().text, "pattern 'a[]' has an empty class '[]'");
    EXPECT_EQ(glob::parse("a\\").error().text, "pattern 'a\\' ends in a '\\'");
    EXPECT_EQ(glob::parse("[a\\]").error().text, "pattern '[a\\]' has a '[' without ']'");
}

// redis 7.0.15's own matcher takes exponential time here.
TEST(Glob, StaysFastWhateverTheTextIs)
{
    std::string const text(20'000, 'a');
    auto const start = std::chrono::steady_clock::now();
    EXPECT_FALSE(matches("*a*a*a*a*a*a*a*a*a*a*b", text));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

}  // namespace
}  // namespace respguard
