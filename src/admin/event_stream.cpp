#include "admin/event_stream.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <string>
#include <utility>

#include "admin/event_feed.hpp"
#include "admin/use_tuple.hpp"

namespace respguard::admin {

namespace asio = boost::asio;

namespace {

using event_socket = boost::beast::basic_stream<asio::generic::stream_protocol>;

/// A comment now and then keeps proxies from giving up, and shows us that the path is alive.
constexpr std::chrono::seconds heartbeat{15};
/// What the kernel holds for a reader that does not take it. Left to itself it would be megabytes,
/// and minutes until such a reader is found out.
constexpr int send_buffer_bytes = 65'536;
/// A reader has nothing to say after its request; more than this is no reader.
constexpr std::size_t ignored_bytes_max = 65'536;

/// retry: how long a browser waits before it comes back, in milliseconds.
constexpr char const* stream_head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n"
    "X-Accel-Buffering: no\r\nConnection: close\r\n\r\nretry: 2000\n\n";

asio::awaitable<void> until_it_leaves(event_socket& stream)
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

}  // namespace

// Not in the unnamed namespace: coroutine frames hold it.
struct event_writer {
    event_socket& stream;
    event_hub& hub;
    event_feed feed;
    std::chrono::milliseconds timeout;
    std::function<void()> sent;

    asio::awaitable<void> run()
    {
        std::string text = stream_head;
        while (true) {
            auto const dropped_before = feed.dropped();
            text += feed.next();
            hub.stream_dropped += feed.dropped() - dropped_before;
            if (!text.empty()) {
                stream.expires_after(timeout);
                auto const [ec, size] =
                    co_await asio::async_write(stream, asio::buffer(text), use_tuple);
                if (ec) co_return;
                sent();
                text.clear();
            }
            bool const news = co_await hub.wait(feed.last(), heartbeat);
            if (hub.is_stopped()) co_return;
            if (!news) text = ": still here\n\n";
        }
    }
};

asio::awaitable<void> stream_events(event_socket& stream, event_hub& hub, event_query wanted,
                                    std::chrono::milliseconds timeout, std::function<void()> sent)
{
    event_writer writer{stream, hub, {hub.ring(), hub.run(), wanted}, timeout, std::move(sent)};
    boost::system::error_code ignored;  // Then it is what the kernel thinks right.
    stream.socket().set_option(asio::socket_base::send_buffer_size(send_buffer_bytes), ignored);
    ++hub.streams_now;
    co_await asio::experimental::awaitable_operators::operator||(writer.run(),
                                                                 until_it_leaves(stream));
    --hub.streams_now;
}

}  // namespace respguard::admin
