#include <gtest/gtest.h>

#include <vector>

#include "terminal/sparkline.hpp"

namespace respguard::terminal {
namespace {

TEST(Sparkline, IsScaledToItsLargestValue)
{
    std::vector<double> const values{0, 1, 50, 100};
    EXPECT_EQ(sparkline(values, 4, false), " .-#");
    EXPECT_EQ(sparkline(values, 4, true), " \u2581\u2584\u2588");
}

TEST(Sparkline, ShowsTheNewestAtTheRight)
{
    std::vector<double> const values{100, 8, 4};
    EXPECT_EQ(sparkline(values, 2, false), "#-");
    EXPECT_EQ(sparkline(values, 5, false), "  #..");
    EXPECT_EQ(sparkline({}, 3, true), "   ");
    EXPECT_EQ(sparkline(values, 0, true), "");
}

}  // namespace
}  // namespace respguard::terminal
