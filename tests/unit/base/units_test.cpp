#include "respguard/base/units.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace respguard {
namespace {

using namespace std::chrono_literals;

TEST(ParseSize, KnowsEverySuffixAsRedisReadsIt)
{
    std::vector<std::pair<std::string, std::uint64_t>> const table{
        {"0", 0},
        {"512", 512},
        {"512b", 512},
        {"64k", 64'000},
        {"64kb", 65'536},
        {"1m", 1'000'000},
        {"1mb", 1'048'576},
        {"2g", 2'000'000'000},
        {"2gb", 2'147'483'648},
        {"1MB", 1'048'576},
        {"1Kb", 1'024},
        {"007kb", 7'168},
        {"18446744073709551615", std::numeric_limits<std::uint64_t>::max()},
        {"17179869183gb", 18'446'744'072'635'809'792U},
    };
    for (auto const& [text, bytes] : table) {
        auto const size = parse_size(text);
        ASSERT_TRUE(size.has_value()) << text << ": " << size.error().text;
        EXPECT_EQ(*size, bytes) << text;
    }
}

TEST(ParseSize, RefusesWhatDoesNotFit)
{
    for (char const* text : {"18446744073709551616", "18446744073709551615b1", "17179869184gb",
                             "18014398509481985kb", "99999999999999999999999999mb"}) {
        EXPECT_TRUE(parse_size(text).has_error()) << text;
    }
    EXPECT_EQ(parse_size("17179869184gb").error().text, "size too large");
    EXPECT_EQ(parse_size("18446744073709551616").error().text, "number too large");
}

TEST(ParseSize, RefusesJunk)
{
    for (std::string const text : {"", " ", "mb", "-1", "+1", "1 mb", " 1mb", "1mb ", "1.5mb",
                                   "1tb", "1kib", "0x10", "1mbb", "1e3", "one", "1\n"}) {
        EXPECT_TRUE(parse_size(text).has_error()) << '"' << text << '"';
    }
    EXPECT_TRUE(parse_size(std::string_view("1\0kb", 4)).has_error());
}

TEST(ParseDuration, KnowsEveryUnit)
{
    std::vector<std::pair<std::string, std::chrono::nanoseconds>> const table{
        {"0", 0ns},       {"0s", 0ns}, {"7ns", 7ns}, {"250us", 250us},
        {"250ms", 250ms}, {"3s", 3s},  {"90s", 90s}, {"5m", 5min},
        {"2h", 2h},       {"5S", 5s},  {"1Ms", 1ms}, {"2562047h", 2562047h},
    };
    for (auto const& [text, expected] : table) {
        auto const duration = parse_duration(text);
        ASSERT_TRUE(duration.has_value()) << text << ": " << duration.error().text;
        EXPECT_EQ(*duration, expected) << text;
    }
}

TEST(ParseDuration, RefusesABareNumberAndSaysWhy)
{
    auto const duration = parse_duration("30");
    ASSERT_TRUE(duration.has_error());
    EXPECT_EQ(duration.error().text,
              "a duration needs a unit: us, ms, s, m or h, such as \"250ms\" or \"5s\"");
}

TEST(ParseDuration, RefusesJunkAndOverflow)
{
    for (std::string const text :
         {"", " ", "s", "-1s", "+1s", "1 s", "1.5s", "1d", "1min", "5s ", "00", "1mb", "2562048h",
          "9223372036854775808ns", "18446744073709551616s"}) {
        EXPECT_TRUE(parse_duration(text).has_error()) << '"' << text << '"';
    }
    EXPECT_EQ(parse_duration("2562048h").error().text, "duration too long");
}

TEST(FormatSize, IsTheShortestFormThatReadsBack)
{
    EXPECT_EQ(format_size(0), "0");
    EXPECT_EQ(format_size(1'000), "1000");
    EXPECT_EQ(format_size(1'024), "1kb");
    EXPECT_EQ(format_size(1'536 * 1'024), "1536kb");
    EXPECT_EQ(format_size(1'048'576), "1mb");
    EXPECT_EQ(format_size(512ULL * 1'048'576), "512mb");
    EXPECT_EQ(format_size(1'073'741'824), "1gb");
    EXPECT_EQ(format_size(1'048'577), "1048577");
}

TEST(FormatSize, ReadsBackForEveryPowerOfTwoAndItsNeighbours)
{
    for (int bit = 0; bit < 64; ++bit) {
        for (std::uint64_t const step : {std::uint64_t{0}, std::uint64_t{1}}) {
            std::uint64_t const bytes = (std::uint64_t{1} << bit) - step;
            ASSERT_TRUE(parse_size(format_size(bytes)).has_value()) << bytes;
            EXPECT_EQ(*parse_size(format_size(bytes)), bytes);
        }
    }
}

TEST(FormatDuration, TakesTheLargestUnitThatDivides)
{
    EXPECT_EQ(format_duration(0ns), "0");
    EXPECT_EQ(format_duration(250ms), "250ms");
    EXPECT_EQ(format_duration(1'000ms), "1s");
    EXPECT_EQ(format_duration(90s), "90s");
    EXPECT_EQ(format_duration(60s), "1m");
    EXPECT_EQ(format_duration(7'200s), "2h");
    EXPECT_EQ(format_duration(1'500us), "1500us");
    EXPECT_EQ(format_duration(1ns), "1ns");
    EXPECT_EQ(format_duration(-3s), "-3s");
}

TEST(FormatDuration, ReadsBack)
{
    for (std::chrono::nanoseconds const d :
         {0ns, 1ns, 999ns, 1'000ns, 250'000ns, 61'000'000'000ns, 3'600'000'000'000ns,
          std::chrono::nanoseconds::max()}) {
        ASSERT_TRUE(parse_duration(format_duration(d)).has_value()) << d.count();
        EXPECT_EQ(*parse_duration(format_duration(d)), d);
    }
}

}  // namespace
}  // namespace respguard
