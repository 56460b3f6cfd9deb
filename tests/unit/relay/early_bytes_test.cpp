#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <string>

#include "relay/early_bytes.hpp"

namespace respguard::relay {
namespace {

using net::io_status;

std::string taken(early_bytes& from, side which, std::size_t most)
{
    std::array<char, 16> room{};
    auto const got = from.take(which, std::span(room).first(most));
    EXPECT_EQ(got.what, io_status::ok);
    return {room.data(), got.bytes};
}

void add(early_bytes& to, side which, std::string const& text)
{
    to.add(which, {io_status::ok, static_cast<std::uint32_t>(text.size()), 0}, text);
}

TEST(EarlyBytes, GiveEachSideItsOwnInOrder)
{
    early_bytes all;
    EXPECT_TRUE(all.empty());
    add(all, side::client, "abc");
    add(all, side::upstream, "12");
    add(all, side::client, "d");
    EXPECT_EQ(all.size_bytes(), 6U);
    EXPECT_EQ(taken(all, side::client, 2), "ab");
    EXPECT_EQ(taken(all, side::upstream, 16), "12");
    EXPECT_FALSE(all.has(side::upstream));
    EXPECT_EQ(taken(all, side::client, 16), "cd");
    EXPECT_TRUE(all.empty());
}

TEST(EarlyBytes, TellAnErrorBehindTheBytesAndOnce)
{
    early_bytes all;
    add(all, side::upstream, "x");
    all.add(side::upstream, {io_status::error, 0, ECONNRESET}, {});
    EXPECT_EQ(taken(all, side::upstream, 16), "x");
    EXPECT_FALSE(all.empty());
    std::array<char, 16> room{};
    auto const got = all.take(side::upstream, room);
    EXPECT_EQ(got.what, io_status::error);
    EXPECT_EQ(got.error, ECONNRESET);
    EXPECT_TRUE(all.empty());
}

TEST(EarlyBytes, DoNotKeepAnEnd)
{
    early_bytes all;
    all.add(side::client, {io_status::end, 0, 0}, {});
    EXPECT_TRUE(all.empty());
}

}  // namespace
}  // namespace respguard::relay
