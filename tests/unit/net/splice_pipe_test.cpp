#include "respguard/net/splice_pipe.hpp"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace respguard::net {
namespace {

struct connected_pair {
    connected_pair()
    {
        std::array<int, 2> ends{-1, -1};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()),
                  0);
        near = stream(ends[0]);
        far = stream(ends[1]);
    }
    stream near;
    stream far;
};

io_result write(stream& to, byte_view bytes) { return to.write({&bytes, 1}); }

std::string read_all(stream& from)
{
    std::string all;
    std::vector<char> room(64 * 1024);
    for (auto got = from.read(room); got.what == io_status::ok; got = from.read(room))
        all.append(room.data(), got.bytes);
    return all;
}

std::string distinct_bytes(std::size_t size)
{
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<char>(i * 2'654'435'761U >> 13);
    return bytes;
}

TEST(SplicePipe, MovesBytesUnchanged)
{
    splice_pipe pipe;
    ASSERT_TRUE(pipe.is_open());
    connected_pair from;
    connected_pair to;
    auto const sent = distinct_bytes(50'000);
    ASSERT_EQ(write(from.near, sent).bytes, sent.size());
    ASSERT_EQ(pipe.fill(from.far, sent.size()).bytes, sent.size());
    EXPECT_EQ(pipe.size(), sent.size());
    ASSERT_EQ(pipe.drain(to.near).bytes, sent.size());
    EXPECT_EQ(pipe.size(), 0U);
    EXPECT_EQ(read_all(to.far), sent);
}

TEST(SplicePipe, TakesNoMoreThanAskedFor)
{
    splice_pipe pipe;
    connected_pair from;
    connected_pair to;
    ASSERT_EQ(write(from.near, "abcdef").bytes, 6U);
    ASSERT_EQ(pipe.fill(from.far, 4).bytes, 4U);
    ASSERT_EQ(pipe.drain(to.near).bytes, 4U);
    EXPECT_EQ(read_all(to.far), "abcd");
    EXPECT_EQ(read_all(from.far), "ef");
}

TEST(SplicePipe, TellsNothingThereFromTheEnd)
{
    splice_pipe pipe;
    connected_pair from;
    EXPECT_EQ(pipe.fill(from.far, 10).what, io_status::would_block);
    from.near.shutdown_write();
    EXPECT_EQ(pipe.fill(from.far, 10).what, io_status::end);
    EXPECT_EQ(pipe.size(), 0U);
}

TEST(SplicePipe, GivesBackWhatTheOtherSideDoesNotTake)
{
    splice_pipe pipe;
    connected_pair from;
    connected_pair to;
    int const small = 4096;
    ASSERT_EQ(::setsockopt(to.near.fd(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
    auto const sent = distinct_bytes(100'000);
    auto const taken_by_kernel = write(from.near, sent).bytes;
    ASSERT_EQ(pipe.fill(from.far, sent.size()).bytes, taken_by_kernel);
    std::size_t drained = 0;
    for (auto got = pipe.drain(to.near); got.what == io_status::ok && pipe.size() > 0;
         got = pipe.drain(to.near))
        drained += got.bytes;
    ASSERT_GT(pipe.size(), 0U) << "the send buffer is smaller than what is sent";
    std::string left(pipe.size(), '\0');
    ASSERT_EQ(pipe.take_back(left), left.size());
    EXPECT_EQ(pipe.size(), 0U);
    EXPECT_EQ(read_all(to.far) + left, sent.substr(0, taken_by_kernel)) << drained;
}

TEST(SplicePipe, TellsAConnectionThatIsGone)
{
    splice_pipe pipe;
    connected_pair from;
    connected_pair to;
    ASSERT_EQ(write(from.near, "abc").bytes, 3U);
    ASSERT_EQ(pipe.fill(from.far, 3).bytes, 3U);
    to.far.close();
    // SIGPIPE would end the process: main() ignores it, as splice() has no MSG_NOSIGNAL.
    ::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(pipe.drain(to.near).what, io_status::error);
    std::string left(pipe.size(), '\0');
    EXPECT_EQ(pipe.take_back(left), 3U) << "the pipe is free for the next session";
}

TEST(WritableBytes, ShrinkAsTheBufferFills)
{
    connected_pair to;
    auto const empty = writable_bytes(to.near);
    EXPECT_GT(empty, 32U * 1024);
    ASSERT_EQ(write(to.near, std::string(20'000, 'x')).bytes, 20'000U);
    EXPECT_LE(writable_bytes(to.near), empty - 15'000);
    while (write(to.near, std::string(20'000, 'x')).what == io_status::ok) {
    }
    EXPECT_LT(writable_bytes(to.near), 20'000U);
}

TEST(WritableBytes, AreNoneOfASocketThatIsClosed) { EXPECT_EQ(writable_bytes(stream()), 0U); }

}  // namespace
}  // namespace respguard::net
