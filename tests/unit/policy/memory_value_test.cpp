// Every answer here is that of redis-server 7.0.15 to CONFIG SET maxmemory.
#include <gtest/gtest.h>

#include <string>

#include "policy/memory_value.hpp"

namespace respguard::policy {
namespace {

TEST(MemoryValue, IsReadAsTheServerDoes)
{
    EXPECT_EQ(memory_value("1k"), 1'000U);
    EXPECT_EQ(memory_value("1kb"), 1'024U);
    EXPECT_EQ(memory_value("001KB"), 1'024U);
    EXPECT_EQ(memory_value("1GB"), 1'073'741'824U);
    EXPECT_EQ(memory_value("7b"), 7U);
    EXPECT_EQ(memory_value(""), 0U);
    EXPECT_EQ(memory_value("kb"), 0U);
    EXPECT_EQ(memory_value("18446744073709551616"), 18'446'744'073'709'551'615U);
    EXPECT_EQ(memory_value("17179869184gb"), 0U);
}

TEST(MemoryValue, IsEmptyForWhatTheServerRefuses)
{
    for (auto const* text : {"-1", "1 kb", " 1", "1x", "10%", "+1", "1kbb"})
        EXPECT_FALSE(memory_value(text)) << text;
    EXPECT_FALSE(memory_value(std::string(128, '0')));
}

}  // namespace
}  // namespace respguard::policy
