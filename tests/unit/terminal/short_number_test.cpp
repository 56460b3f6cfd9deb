#include "respguard/terminal/short_number.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace respguard::terminal {
namespace {

TEST(ShortNumber, CountsTakeFiveCharacters)
{
    EXPECT_EQ(short_count(0), "0");
    EXPECT_EQ(short_count(0.34), "0.3");
    EXPECT_EQ(short_count(7), "7");
    EXPECT_EQ(short_count(950), "950");
    EXPECT_EQ(short_count(9'999), "9999");
    EXPECT_EQ(short_count(12'345), "12.3k");
    EXPECT_EQ(short_count(999'499), "999k");
    EXPECT_EQ(short_count(999'500), "1.00M");
    EXPECT_EQ(short_count(1'234'567), "1.23M");
    EXPECT_EQ(short_count(5.6e9), "5.60G");
    EXPECT_EQ(short_count(9.99e14), "999T");
}

TEST(ShortNumber, SizesAreThoseOfRedis)
{
    EXPECT_EQ(short_size(0), "0");
    EXPECT_EQ(short_size(1'023), "1023");
    EXPECT_EQ(short_size(1'024), "1.0K");
    EXPECT_EQ(short_size(35'651'584), "34M");
    EXPECT_EQ(short_size(1'048'576), "1.0M");
    EXPECT_EQ(short_size(1'047'552), "1.0M");
    EXPECT_EQ(short_size(5e12), "4.5T");
}

TEST(ShortNumber, TimesChangeTheirUnit)
{
    EXPECT_EQ(short_time(0), "-");
    EXPECT_EQ(short_time(83.4), "83us");
    EXPECT_EQ(short_time(999.6), "1.00ms");
    EXPECT_EQ(short_time(1'240), "1.24ms");
    EXPECT_EQ(short_time(250'000), "250ms");
    EXPECT_EQ(short_time(12'340'000), "12.3s");
}

TEST(ShortNumber, AgesHaveTwoUnits)
{
    EXPECT_EQ(short_age(59'999), "59s");
    EXPECT_EQ(short_age(245'000), "4m05s");
    EXPECT_EQ(short_age(11'520'000), "3h12m");
    EXPECT_EQ(short_age(1'051'200'000), "12d04h");
}

TEST(ShortNumber, TimesOfDayAreThoseOfTheProcess)
{
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    EXPECT_EQ(date_and_time(1'763'857'865'123), "2025-11-23 00:31:05");
    EXPECT_EQ(time_of_day(1'763'857'865'023), "00:31:05.023");
}

}  // namespace
}  // namespace respguard::terminal
