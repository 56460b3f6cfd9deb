#include "respguard/base/arguments.hpp"
#include "respguard/resp/inline_request.hpp"
#include "respguard/resp/request_parser.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "support/exact_block.hpp"

namespace respguard {
namespace {

using resp::append_canonical;
using resp::inline_status;
using strings = std::vector<std::string>;
using namespace std::string_literals;

/// The arguments of a line, or {"<unbalanced>"}.
strings split(byte_view line)
{
    test::exact_block const block(line);
    std::string out = "in front";
    auto const found = append_canonical(block.view(), out);
    auto const appended = byte_view(out).substr(8);
    EXPECT_EQ(appended.empty(), found != inline_status::request);
    if (found == inline_status::unbalanced_quotes) return {"<unbalanced>"};

    strings words;
    for (auto const word : arguments(appended))
        words.emplace_back(word);
    return words;
}

TEST(InlineRequest, AppendsTheCanonicalForm)
{
    std::string out = "*1\r\n$4\r\nPING\r\n";
    EXPECT_EQ(append_canonical("SET key \"a b\"", out), inline_status::request);
    EXPECT_EQ(out, "*1\r\n$4\r\nPING\r\n*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$3\r\na b\r\n");
}

TEST(InlineRequest, IsCompleteForTheParserWhateverItsArgumentsHold)
{
    std::string out;
    auto const line = "a \"\" '\\'' \"\\x00\\r\\n\" " + std::string(60'000, 'x');
    ASSERT_EQ(append_canonical(line, out), inline_status::request);
    resp::request_parser parser;
    EXPECT_EQ(parser.parse(out), resp::request_parser::status::complete);
    EXPECT_EQ(parser.size_bytes(), out.size());
    EXPECT_EQ(parser.argument_count(), 5U);
}

TEST(InlineRequest, FindsNothingInABlankLine)
{
    std::string out;
    for (char const* line : {"", " ", "\t \v\f\r", "\r"}) {
        EXPECT_EQ(append_canonical(line, out), inline_status::blank);
    }
    EXPECT_EQ(out, "");
}

TEST(InlineRequest, SkipsAnyBlankBeforeATokenButEndsItOnlyAtSome)
{
    EXPECT_EQ(split("  GET \t k\r "), (strings{"GET", "k"}));
    EXPECT_EQ(split("\v\fECHO\fa\vb \va"), (strings{"ECHO\fa\vb", "a"}));
    EXPECT_EQ(split("a\nb"), (strings{"a", "b"}));
    EXPECT_EQ(split("\x85 \xa0"), (strings{"\x85", "\xa0"}));
}

TEST(InlineRequest, ResolvesEscapesInDoubleQuotes)
{
    EXPECT_EQ(split(R"("\n\r\t\b\a\\\"\q")"), (strings{"\n\r\t\b\a\\\"q"}));
    EXPECT_EQ(split(R"("\x41\x6A\x00\xff")"), (strings{"Aj\0\xff"s}));
    EXPECT_EQ(split(R"("\xZZ\x4\x4g\X41")"), (strings{"xZZx4x4gX41"}));
    EXPECT_EQ(split(R"("\x")"), (strings{"x"}));
    EXPECT_EQ(split("\"'\" \"\""), (strings{"'", ""}));
}

TEST(InlineRequest, ResolvesOnlyTheQuoteInSingleQuotes)
{
    EXPECT_EQ(split(R"('a\n\'b\\x' '"' '')"), (strings{R"(a\n'b\\x)", "\"", ""}));
}

TEST(InlineRequest, TakesBackslashesOutsideOfQuotesLiterally)
{
    EXPECT_EQ(split(R"(a\x41\n \)"), (strings{R"(a\x41\n)", "\\"}));
}

TEST(InlineRequest, OpensQuotesAnywhereInATokenButEndsItWithThem)
{
    EXPECT_EQ(split("EC\"HO\" a'b c'"), (strings{"ECHO", "ab c"}));
    EXPECT_EQ(split("\"a\"\v'b'\fc"), (strings{"a", "b", "c"}));
    for (char const* line :
         {"E\"CH\"O", "\"a\"b", "'a'b", "'a''b'", "\"a\"\"b\"", "ok \"a\"\\", R"('a\\')"}) {
        EXPECT_EQ(split(line), (strings{"<unbalanced>"})) << line;
    }
}

TEST(InlineRequest, RefusesAnOpenQuote)
{
    for (char const* line : {"\"", "'", "a \"b", "a 'b", "\"a\\", "\"a\\\"", "'a\\'", "\"\\x4"}) {
        EXPECT_EQ(split(line), (strings{"<unbalanced>"})) << line;
    }
}

}  // namespace
}  // namespace respguard
