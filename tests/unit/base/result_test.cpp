#include "respguard/base/result.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace respguard {
namespace {

TEST(Parsed, HoldsAValueOrAProblem)
{
    parsed<int> const good = 7;
    parsed<int> const bad = problem{"no number"};
    EXPECT_EQ(*good, 7);
    EXPECT_EQ(bad.error().text, "no number");
}

TEST(Parsed, AskedForTheValueOfAFailureThrowsWithTheReason)
{
    parsed<int> const bad = problem{"no number"};
    try {
        static_cast<void>(bad.value());
        FAIL() << "did not throw";
    } catch (std::logic_error const& error) {
        EXPECT_EQ(std::string(error.what()), "unchecked failure: no number");
    }
}

}  // namespace
}  // namespace respguard
