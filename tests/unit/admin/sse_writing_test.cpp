#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "admin/sse_writing.hpp"

namespace respguard::admin {
namespace {

namespace asio = boost::asio;

class SseWriting : public testing::Test {
protected:
    SseWriting()
    {
        asio::local::stream_protocol::socket ours(io);
        asio::local::connect_pair(ours, reader);
        stream =
            std::make_unique<sse_socket>(asio::generic::stream_protocol::socket(std::move(ours)));
    }

    /// Whether this was taken.
    bool write(std::string const& text)
    {
        bool taken = false;
        asio::co_spawn(
            io,
            [](sse_socket& to, std::string what, bool& result) -> asio::awaitable<void> {
                result = co_await write_text(to, what, std::chrono::milliseconds(50));
            }(*stream, text, taken),
            asio::detached);
        io.restart();
        io.run();
        return taken;
    }

    asio::io_context io;
    asio::local::stream_protocol::socket reader{io};
    std::unique_ptr<sse_socket> stream;
};

TEST_F(SseWriting, GivesUpAReaderThatTakesNothing)
{
    limit_send_buffer(*stream);
    EXPECT_TRUE(write("data: 1\n\n"));
    EXPECT_FALSE(write(std::string(4'000'000, 'x')));
}

TEST_F(SseWriting, NoticesThatTheReaderLeavesOrTalksTooMuch)
{
    for (bool const talks : {false, true}) {
        bool left = false;
        asio::local::stream_protocol::socket ours(io);
        asio::local::stream_protocol::socket other(io);
        asio::local::connect_pair(ours, other);
        sse_socket watched(asio::generic::stream_protocol::socket(std::move(ours)));
        asio::co_spawn(
            io,
            [](sse_socket& of, bool& result) -> asio::awaitable<void> {
                co_await until_it_leaves(of);
                result = true;
            }(watched, left),
            asio::detached);
        if (talks) {
            asio::write(other, asio::buffer(std::string(70'000, 'x')));
        } else {
            other.close();
        }
        io.restart();
        io.run();
        EXPECT_TRUE(left) << talks;
    }
}

}  // namespace
}  // namespace respguard::admin
