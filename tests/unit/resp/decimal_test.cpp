#include <gtest/gtest.h>

#include "resp/decimal.hpp"
#include "support/exact_block.hpp"

namespace respguard {
namespace {

struct read {
    std::uint64_t value;
    std::ptrdiff_t size;
};

/// size is -1 if there is no number.
read read_decimal(byte_view text)
{
    test::exact_block const block(text);
    auto const bytes = block.view();
    auto const number = resp::read_decimal(bytes.data(), bytes.data() + bytes.size());
    return {number.value, number.end == nullptr ? -1 : number.end - bytes.data()};
}

TEST(Decimal, ReadsPlainNumbersUpToTheFirstOtherByte)
{
    struct example {
        char const* text;
        std::uint64_t value;
        std::ptrdiff_t size;
    };
    for (auto const& [text, value, size] :
         {example{"0", 0, 1}, example{"0\r", 0, 1}, example{"7x", 7, 1}, example{"10\r\n", 10, 2},
          example{"1234567", 1'234'567, 7},
          example{"999999999999999999\r", 999'999'999'999'999'999, 18}}) {
        EXPECT_EQ(read_decimal(text).value, value) << text;
        EXPECT_EQ(read_decimal(text).size, size) << text;
    }
}

TEST(Decimal, LeavesEveryOtherFormToTheLongWay)
{
    for (char const* text : {"", "\r\n", "-1", "+1", " 1", "00", "01", "x", "1000000000000000000",
                             "99999999999999999999999999"}) {
        EXPECT_EQ(read_decimal(text).size, -1) << text;
    }
}

TEST(Decimal, ParsesIntegersAsRedisDoes)
{
    EXPECT_EQ(resp::parse_integer("0"), 0);
    EXPECT_EQ(resp::parse_integer("42"), 42);
    EXPECT_EQ(resp::parse_integer("-1"), -1);
    EXPECT_EQ(resp::parse_integer("9223372036854775807"), INT64_MAX);
    EXPECT_EQ(resp::parse_integer("-9223372036854775808"), INT64_MIN);
    for (char const* text : {"", "-", "-0", "00", "01", "-01", "+1", " 1", "1 ", "1x", "0x1", "1.0",
                             "1e1", "--1", "9223372036854775808", "-9223372036854775809",
                             "18446744073709551617", "111111111111111111111"}) {
        EXPECT_EQ(resp::parse_integer(text), std::nullopt) << text;
    }
    EXPECT_EQ(resp::parse_integer({"1\0", 2}), std::nullopt);
}

TEST(Decimal, TakesTheMoreGenerousIntegersOfReplies)
{
    for (char const* text : {"0", "+5", "-5", "007", "-0", "99999999999999999999"}) {
        EXPECT_TRUE(resp::is_reply_integer(text)) << text;
    }
    for (char const* text : {"", "+", "-", "+-1", "1x", " 1", "1.0", "100000000000000000000"}) {
        EXPECT_FALSE(resp::is_reply_integer(text)) << text;
    }
}

}  // namespace
}  // namespace respguard
