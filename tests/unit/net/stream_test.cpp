#include "respguard/net/stream.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <string>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace respguard::net {
namespace {

class Stream : public testing::Test {
protected:
    Stream()
    {
        std::array<int, 2> fds{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()),
                  0);
        here = stream(fds[0]);
        there = stream(fds[1]);
    }

    std::string read_all(stream& from)
    {
        std::string found;
        std::vector<char> room(100'000);
        for (;;) {
            auto const got = from.read(room);
            if (got.what != io_status::ok) return found;
            found.append(room.data(), got.bytes);
        }
    }
    io_status read_once(stream& from)
    {
        std::array<char, 16> room{};
        return from.read(room).what;
    }

    stream here;
    stream there;
};

TEST_F(Stream, ReadsWhatIsThere)
{
    EXPECT_EQ(read_once(here), io_status::would_block);
    byte_view const sent = "hello";
    auto const result = there.write({&sent, 1});
    EXPECT_EQ(result.what, io_status::ok);
    EXPECT_EQ(result.bytes, 5U);
    EXPECT_EQ(read_all(here), "hello");
}

TEST_F(Stream, SaysWhenThePeerHasEnded)
{
    byte_view const sent = "last";
    (void)there.write({&sent, 1});
    there.shutdown_write();
    EXPECT_EQ(read_all(here), "last");
    EXPECT_EQ(read_once(here), io_status::end);
    byte_view const answer = "still open";
    EXPECT_EQ(here.write({&answer, 1}).what, io_status::ok);
    EXPECT_EQ(read_all(there), "still open");
}

TEST_F(Stream, WritesManyPiecesInTheirOrder)
{
    std::vector<std::string> texts;
    std::vector<byte_view> pieces;
    std::string wanted;
    for (int i = 0; i < 200; ++i)
        texts.push_back(std::to_string(i) + ",");
    for (auto const& text : texts) {
        pieces.emplace_back(text);
        wanted += text;
    }
    std::span<byte_view const> rest(pieces);
    std::size_t sent = 0;
    while (sent < wanted.size()) {
        auto const result = here.write(rest);
        ASSERT_EQ(result.what, io_status::ok);
        sent += result.bytes;
        std::size_t taken = result.bytes;
        while (!rest.empty() && taken >= rest.front().size()) {
            taken -= rest.front().size();
            rest = rest.subspan(1);
        }
        ASSERT_EQ(taken, 0U) << "small pieces are taken whole";
    }
    EXPECT_EQ(read_all(there), wanted);
}

TEST_F(Stream, TakesOnlyWhatTheKernelTakes)
{
    std::string const large(10'000'000, 'x');
    std::array<byte_view, 2> const pieces{large, large};
    auto const first = here.write(pieces);
    ASSERT_EQ(first.what, io_status::ok);
    EXPECT_LT(first.bytes, large.size());
    io_result next = first;
    while (next.what == io_status::ok)
        next = here.write(pieces);
    EXPECT_EQ(next.what, io_status::would_block);
    EXPECT_EQ(next.bytes, 0U);
}

TEST_F(Stream, WritingToNobodyIsAnErrorAndNoSignal)
{
    there.close();
    byte_view const sent = "x";
    auto const result = here.write({&sent, 1});
    EXPECT_EQ(result.what, io_status::error);
    EXPECT_EQ(result.error, EPIPE);
    std::array<byte_view, 2> const pieces{sent, sent};
    EXPECT_EQ(here.write(pieces).what, io_status::error);
}

TEST_F(Stream, ClosesOnlyOnce)
{
    int const fd = here.fd();
    stream moved(std::move(here));
    EXPECT_EQ(moved.fd(), fd);
    EXPECT_FALSE(
        here.is_open());  // NOLINT(bugprone-use-after-move): what moving leaves is the point.
    moved = std::move(there);
    EXPECT_TRUE(moved.is_open());
    EXPECT_EQ(read_once(moved), io_status::end) << "assigning closed the other end";
    moved.close();
    moved.close();
    EXPECT_FALSE(moved.is_open());
    EXPECT_EQ(read_once(moved), io_status::error);
}

}  // namespace
}  // namespace respguard::net
