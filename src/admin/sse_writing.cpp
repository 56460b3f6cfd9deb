#include "admin/sse_writing.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstddef>

#include "admin/use_tuple.hpp"

namespace respguard::admin {

namespace asio = boost::asio;

namespace {

constexpr int send_buffer_bytes = 65'536;
/// A reader has nothing to say after its request; more than this is no reader.
constexpr std::size_t ignored_bytes_max = 65'536;

}  // namespace

char const* const sse_head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n"
    "X-Accel-Buffering: no\r\nConnection: close\r\n\r\nretry: 2000\n\n";

void limit_send_buffer(sse_socket& stream)
{
    boost::system::error_code ignored;  // Then it is what the kernel thinks right.
    stream.socket().set_option(asio::socket_base::send_buffer_size(send_buffer_bytes), ignored);
}

asio::awaitable<void> until_it_leaves(sse_socket& stream)
{
    std::array<char, 1'024> ignored;
    std::size_t total = 0;
    while (total < ignored_bytes_max) {
        // Not through `stream`, whose time limit is for writing: a reader may be silent for ever.
        auto const [ec, size] =
            co_await stream.socket().async_read_some(asio::buffer(ignored), use_tuple);
        if (ec) co_return;
        total += size;
    }
}

asio::awaitable<bool> write_text(sse_socket& stream, std::string const& text,
                                 std::chrono::milliseconds timeout)
{
    stream.expires_after(timeout);
    auto const [ec, size] = co_await asio::async_write(stream, asio::buffer(text), use_tuple);
    co_return !ec;
}

}  // namespace respguard::admin
