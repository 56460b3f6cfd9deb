#include <gtest/gtest.h>

#include "doctor/memory_limit.hpp"
#include "unit/doctor/hand_made.hpp"

namespace respguard::doctor {
namespace {

TEST(MemoryLimit, PlanThenMaxmemoryThenRam)
{
    EXPECT_EQ(find_memory_limit(with("max_data_size:1\nmaxmemory:2\n"))->source, "the plan");
    EXPECT_EQ(find_memory_limit(with("maxmemory:2\ntotal_system_memory:3\n"))->bytes, 2);
    EXPECT_EQ(find_memory_limit(with("a:1\n", {{"maxmemory", "4"}}))->bytes, 4);
    EXPECT_EQ(find_memory_limit(with("maxmemory:0\ntotal_system_memory:3\n"))->source,
              "the host's RAM");
    EXPECT_FALSE(find_memory_limit(with("maxmemory:0\n")));
}

TEST(MemoryLimit, UseIsWhatCountsAgainstIt)
{
    EXPECT_EQ(find_memory_use(with("used_memory:5\ntotal_data_size:7\n")), 7);
    EXPECT_EQ(find_memory_use(with("used_memory:5\n")), 5);
    EXPECT_FALSE(find_memory_use(with("a:1\n")));
}

}  // namespace
}  // namespace respguard::doctor
