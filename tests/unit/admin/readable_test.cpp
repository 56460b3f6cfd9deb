#include <gtest/gtest.h>

#include "admin/readable.hpp"

namespace respguard::admin {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

TEST(Readable, CountsInThousandsAndThenInThreeDigits)
{
    EXPECT_EQ(readable_count(0), "0");
    EXPECT_EQ(readable_count(999), "999");
    EXPECT_EQ(readable_count(1'000), "1,000");
    EXPECT_EQ(readable_count(12'045), "12,045");
    EXPECT_EQ(readable_count(999'999), "999,999");
    EXPECT_EQ(readable_count(1'234'567), "1.23 M");
    EXPECT_EQ(readable_count(99'960'000), "100 M");
    EXPECT_EQ(readable_count(999'600'000), "1.00 G");
    EXPECT_EQ(readable_count(~std::uint64_t{0}), "18446744 T");
}

TEST(Readable, SizesAre1024Based)
{
    EXPECT_EQ(readable_size(0), "0 B");
    EXPECT_EQ(readable_size(999), "999 B");
    EXPECT_EQ(readable_size(1'024), "1.00 KiB");
    EXPECT_EQ(readable_size(1'048'576), "1.00 MiB");
    EXPECT_EQ(readable_size(34ULL << 30U), "34.0 GiB");
}

TEST(Readable, LatenciesHaveThreeDigitsAndZeroMeansNone)
{
    EXPECT_EQ(readable_latency(0), "-");
    EXPECT_EQ(readable_latency(420), "0.42 µs");
    EXPECT_EQ(readable_latency(83'456), "83.5 µs");
    EXPECT_EQ(readable_latency(999'900), "1.00 ms");
    EXPECT_EQ(readable_latency(1'240'000), "1.24 ms");
    EXPECT_EQ(readable_latency(12'300'000'000), "12.3 s");
}

TEST(Readable, AgesHaveTwoUnits)
{
    EXPECT_EQ(readable_age(0), "0 s");
    EXPECT_EQ(readable_age(59 * second), "59 s");
    EXPECT_EQ(readable_age(245 * second), "4 min 5 s");
    EXPECT_EQ(readable_age(11'520 * second), "3 h 12 min");
    EXPECT_EQ(readable_age((12 * 86'400 + 4 * 3'600) * second), "12 d 4 h");
}

TEST(Readable, TimesAreUtc)
{
    EXPECT_EQ(readable_time(0), "never");
    EXPECT_EQ(readable_time(1'700'000'000 * second), "2023-11-14 22:13:20 UTC");
}

}  // namespace
}  // namespace respguard::admin
