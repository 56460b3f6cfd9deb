#include <gtest/gtest.h>

#include "config/wrapped.hpp"

namespace respguard::config {
namespace {

using lines = std::vector<std::string>;

TEST(Wrapped, BreaksAtBlanks)
{
    EXPECT_EQ(wrapped("one two three", 7), (lines{"one two", "three"}));
    EXPECT_EQ(wrapped("one two three", 13), lines{"one two three"});
    EXPECT_EQ(wrapped("one  two ", 40), lines{"one two"});
    EXPECT_EQ(wrapped("", 7), lines{});
}

TEST(Wrapped, LeavesLongWordsWhole)
{
    EXPECT_EQ(wrapped("a extraordinarily b", 5), (lines{"a", "extraordinarily", "b"}));
}

}  // namespace
}  // namespace respguard::config
