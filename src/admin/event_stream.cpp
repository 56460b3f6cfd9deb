#include "admin/event_stream.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <string>
#include <utility>

#include "admin/event_feed.hpp"
#include "admin/use_tuple.hpp"

namespace respguard::admin {

namespace asio = boost::asio;

namespace {

}  // namespace

// Not in the unnamed namespace: coroutine frames hold it.
struct event_writer {
    sse_socket& stream;
    event_hub& hub;
    event_feed feed;
    std::chrono::milliseconds timeout;
    std::function<void()> sent;

    asio::awaitable<void> run()
    {
        std::string text = sse_head;
        while (true) {
            auto const dropped_before = feed.dropped();
            text += feed.next();
            hub.stream_dropped += feed.dropped() - dropped_before;
            if (!text.empty()) {
                if (!co_await write_text(stream, text, timeout)) co_return;
                sent();
                text.clear();
            }
            bool const news = co_await hub.wait(feed.last(), sse_heartbeat);
            if (hub.is_stopped()) co_return;
            if (!news) text = sse_comment;
        }
    }
};

asio::awaitable<void> stream_events(sse_socket& stream, event_hub& hub, event_query wanted,
                                    std::chrono::milliseconds timeout, std::function<void()> sent)
{
    event_writer writer{stream, hub, {hub.ring(), hub.run(), wanted}, timeout, std::move(sent)};
    limit_send_buffer(stream);
    ++hub.streams_now;
    co_await asio::experimental::awaitable_operators::operator||(writer.run(),
                                                                 until_it_leaves(stream));
    --hub.streams_now;
}

}  // namespace respguard::admin
