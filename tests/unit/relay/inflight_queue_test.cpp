#include <gtest/gtest.h>

#include "relay/inflight_queue.hpp"

namespace respguard::relay {
namespace {

inflight_entry numbered(std::uint32_t number)
{
    inflight_entry entry;
    entry.detail = number;
    return entry;
}

TEST(InflightQueue, GivesEntriesInTheirOrder)
{
    inflight_queue queue;
    for (std::uint32_t i = 0; i < 100; ++i)
        EXPECT_EQ(queue.push(numbered(i)), i);
    EXPECT_EQ(queue.size(), 100U);
    EXPECT_EQ(queue.back().detail, 99U);
    for (std::uint32_t i = 0; i < 100; ++i) {
        EXPECT_EQ(queue.front().detail, i);
        queue.pop_front();
    }
    EXPECT_TRUE(queue.empty());
}

TEST(InflightQueue, KeepsItsOrderWhenItGrowsAroundItsEnd)
{
    inflight_queue queue;
    std::uint32_t pushed = 0;
    std::uint32_t popped = 0;
    for (int round = 1; round < 40; ++round) {
        for (int i = 0; i < round; ++i)
            queue.push(numbered(pushed++));
        for (int i = 0; i < round / 2; ++i) {
            ASSERT_EQ(queue.front().detail, popped++);
            queue.pop_front();
        }
    }
    while (!queue.empty()) {
        ASSERT_EQ(queue.front().detail, popped++);
        queue.pop_front();
    }
    EXPECT_EQ(popped, pushed);
}

TEST(InflightQueue, NumbersGoOnAfterItWasEmpty)
{
    inflight_queue queue;
    for (std::uint32_t i = 0; i < 100; ++i)
        queue.push(numbered(i));
    while (!queue.empty())
        queue.pop_front();
    EXPECT_EQ(queue.push(numbered(7)), 100U);
    EXPECT_EQ(queue.first_number(), 100U);
    EXPECT_EQ(queue.end_number(), 101U);
    EXPECT_EQ(queue.at(100).detail, 7U);
}

TEST(InflightQueue, TakesBackItsLastEntry)
{
    inflight_queue queue;
    queue.push(numbered(1));
    queue.push(numbered(2));
    queue.pop_back();
    EXPECT_EQ(queue.back().detail, 1U);
    queue.pop_back();
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.push(numbered(3)), 0U);
}

TEST(InflightQueue, GoesOnAfterItHasRested)
{
    inflight_queue queue;
    for (std::uint32_t i = 0; i < 40; ++i)
        queue.push(numbered(i));
    queue.rest();  // It is not empty: nothing may be lost.
    EXPECT_EQ(queue.front().detail, 0U);
    while (!queue.empty())
        queue.pop_front();
    queue.rest();
    EXPECT_EQ(queue.push(numbered(7)), 40U);
    EXPECT_EQ(queue.front().detail, 7U);
}

}  // namespace
}  // namespace respguard::relay
