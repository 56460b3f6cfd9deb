#include "respguard/terminal/text_table.hpp"

#include <gtest/gtest.h>

#include <clocale>

namespace respguard::terminal {
namespace {

using lines = std::vector<std::string>;

text_table two_rows()
{
    text_table table({{"command", text_table::align::left},
                      {"calls"},
                      {"in", text_table::align::right, 2},
                      {"out", text_table::align::right, 1}});
    table.add({"get", "7", "1.0K", "9"});
    table.add({"config|resetstat", "12345", "2", "10"});
    return table;
}

TEST(TextTable, PutsColumnsUnderEachOther)
{
    EXPECT_EQ(two_rows().lines(80), (lines{
                                        "command           calls    in  out",
                                        "get                   7  1.0K    9",
                                        "config|resetstat  12345     2   10",
                                    }));
}

TEST(TextTable, CutsTheFirstColumnThenLeavesOthersOut)
{
    EXPECT_EQ(two_rows().lines(27)[2], "config|r~  12345     2   10");
    EXPECT_EQ(two_rows().lines(22)[2], "config|re~  12345   10");
    EXPECT_EQ(two_rows().lines(15)[2], "config|~  12345");
    EXPECT_EQ(two_rows().lines(10)[2], "co~  12345");
}

TEST(TextTable, LeavesColumnsOutSoonerIfTheFirstOneNeedsRoom)
{
    text_table table({{"name", text_table::align::left}, {"a"}, {"b", text_table::align::right, 1}},
                     12);
    table.add({"a name of many words", "1234", "1234"});
    EXPECT_EQ(table.lines(24)[1], "a name of m~  1234  1234");
    EXPECT_EQ(table.lines(23)[1], "a name of many w~  1234");
}

TEST(TextTable, SaysWhereItsColumnsAre)
{
    auto const places = two_rows().places(22);
    EXPECT_EQ(places[1].at, 12U);
    EXPECT_EQ(places[1].width, 5U);
    EXPECT_EQ(places[2].width, 0U);
    EXPECT_EQ(places[3].at, 19U);
}

TEST(TextTable, CountsCharactersNotBytes)
{
    std::setlocale(LC_CTYPE, "C.UTF-8");
    EXPECT_EQ(columns_of("Grün"), 4U);
    EXPECT_EQ(columns_of("\u65e5\u672c"), 4U) << "wide ones take two";
    EXPECT_EQ(fitted("Grün", 6), "Grün  ");
    EXPECT_EQ(fitted("Grünes", 5), "Grün~");
    EXPECT_EQ(fitted("\u65e5\u672c\u65e5", 4), "\u65e5~ ");
    EXPECT_EQ(fitted("abc", 0), "");
    EXPECT_EQ(columns_of("\xC3"), 1U) << "cut in the middle";
}

}  // namespace
}  // namespace respguard::terminal
