#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "relay/byte_buffer.hpp"

namespace respguard::relay {
namespace {

TEST(ByteBuffer, OwnsNoMemoryWhileItIsEmpty)
{
    byte_buffer buffer;
    EXPECT_EQ(buffer.capacity(), 0U);
    buffer.append({});
    EXPECT_EQ(buffer.capacity(), 0U);
    buffer.append("abc");
    EXPECT_GE(buffer.capacity(), 3U);
    buffer.drop(3);
    EXPECT_TRUE(buffer.empty());
    EXPECT_EQ(buffer.capacity(), 0U);
}

TEST(ByteBuffer, IsAQueueOfBytes)
{
    byte_buffer buffer;
    std::string model;
    for (int i = 0; i < 2'000; ++i) {
        auto const text =
            std::string(static_cast<std::size_t>(i % 97), static_cast<char>('a' + i % 26));
        buffer.append(text);
        model += text;
        auto const gone = std::min<std::size_t>(model.size(), static_cast<std::size_t>(i % 101));
        buffer.drop(gone);
        model.erase(0, gone);
        ASSERT_EQ(buffer.view(), model) << i;
        ASSERT_EQ(buffer.size(), model.size());
    }
}

TEST(ByteBuffer, IsFilledInPlace)
{
    byte_buffer buffer;
    buffer.append("head ");
    auto const room = buffer.spare(100);
    ASSERT_GE(room.size(), 100U);
    std::memcpy(room.data(), "tail", 4);
    buffer.grew(4);
    EXPECT_EQ(buffer.view(), "head tail");
    buffer.bytes()[0] = 'H';
    EXPECT_EQ(buffer.view(), "Head tail");
}

TEST(ByteBuffer, UsesTheRoomInFrontBeforeItGrows)
{
    byte_buffer buffer;
    buffer.append(std::string(1'000, 'x'));
    auto const capacity = buffer.capacity();
    buffer.drop(900);
    buffer.append(std::string(800, 'y'));
    EXPECT_EQ(buffer.capacity(), capacity);
    EXPECT_EQ(buffer.view(), std::string(100, 'x') + std::string(800, 'y'));
}

TEST(ByteBuffer, IsEmptyAfterRoomThatNobodyFilled)
{
    byte_buffer buffer;
    EXPECT_GE(buffer.spare(100).size(), 100U);
    buffer.grew(0);
    EXPECT_TRUE(buffer.empty());
    EXPECT_EQ(buffer.view(), "");
    buffer.drop(0);
    EXPECT_EQ(buffer.capacity(), 0U);
    buffer.drop(0);
    EXPECT_EQ(buffer.bytes().size(), 0U);
}

TEST(ByteBuffer, IsUsedAgainAfterClear)
{
    byte_buffer buffer;
    buffer.append("abc");
    buffer.clear();
    EXPECT_TRUE(buffer.empty());
    buffer.append("def");
    EXPECT_EQ(buffer.view(), "def");
}

}  // namespace
}  // namespace respguard::relay
