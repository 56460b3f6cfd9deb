#include <gtest/gtest.h>

#include "admin/retry_pause.hpp"

namespace respguard::admin {
namespace {

using namespace std::chrono_literals;

TEST(RetryPause, DoublesUpToTheLongest)
{
    EXPECT_EQ(retry_pause(1, 1s, 60s, 0), 1s);
    EXPECT_EQ(retry_pause(2, 1s, 60s, 0), 2s);
    EXPECT_EQ(retry_pause(6, 1s, 60s, 0), 32s);
    EXPECT_EQ(retry_pause(7, 1s, 60s, 0), 60s);
    EXPECT_EQ(retry_pause(4'000'000'000U, 1s, 60s, 0), 60s);
    EXPECT_EQ(retry_pause(1, 10s, 5s, 0), 5s);
}

TEST(RetryPause, IsUpToAHalfShorterByChance)
{
    EXPECT_EQ(retry_pause(2, 1s, 60s, 1), 1s);
    EXPECT_EQ(retry_pause(2, 1s, 60s, 0.5), 1'500ms);
}

}  // namespace
}  // namespace respguard::admin
