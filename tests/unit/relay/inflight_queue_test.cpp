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

TEST(InflightQueue, OwnsNoMemoryForOneEntry)
{
    inflight_queue queue;
    for (std::uint32_t i = 0; i < 10; ++i) {
        queue.push(numbered(i));
        EXPECT_FALSE(queue.owns_memory());
        EXPECT_EQ(queue.front().detail, i);
        queue.pop_front();
    }
}

TEST(InflightQueue, GivesBackWhatASmallBurstLeft)
{
    inflight_queue queue;
    for (std::uint32_t i = 0; i < 5; ++i)
        queue.push(numbered(i));
    while (!queue.empty())
        queue.pop_front();
    EXPECT_TRUE(queue.owns_memory());
    queue.shrink();
    EXPECT_FALSE(queue.owns_memory());
    EXPECT_EQ(queue.push(numbered(9)), 5U);
    EXPECT_EQ(queue.push(numbered(10)), 6U);
    EXPECT_EQ(queue.front().detail, 9U);
    EXPECT_EQ(queue.back().detail, 10U);
}

TEST(InflightQueue, GivesBackALargeBurstByItself)
{
    inflight_queue queue;
    for (std::uint32_t i = 0; i < 200; ++i)
        queue.push(numbered(i));
    while (!queue.empty())
        queue.pop_front();
    EXPECT_FALSE(queue.owns_memory());
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

}  // namespace
}  // namespace respguard::relay
