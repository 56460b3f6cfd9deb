#include "admin/tap_stream.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "admin/tap_text.hpp"
#include "admin/use_tuple.hpp"

namespace respguard::admin {

namespace asio = boost::asio;

namespace {

// NOLINTNEXTLINE(misc-unused-using-decls): in a co_await, where clang-tidy does not see it.
using asio::experimental::awaitable_operators::operator||;
using steady = std::chrono::steady_clock;

/// The rings are looked at so often: nobody sees the difference, and no shard has to wake anybody.
constexpr std::chrono::milliseconds look_interval{20};

std::int64_t clock_difference_ns()
{
    auto const wall = std::chrono::system_clock::now().time_since_epoch();
    auto const monotonic = steady::now().time_since_epoch();
    return std::chrono::nanoseconds(wall - monotonic).count();
}

}  // namespace

// Not in the unnamed namespace: coroutine frames hold it.
struct tap_writer {
    sse_socket& stream;
    tap_hub& hub;
    std::shared_ptr<stats::tap> from;
    tap_query wanted;
    std::chrono::milliseconds timeout;
    std::function<void()> sent;
    std::uint64_t told = 0;
    std::uint64_t dropped_told = 0;

    asio::awaitable<void> run()
    {
        auto const begun = steady::now();
        auto last_sign = begun;
        asio::steady_timer pause(co_await asio::this_coro::executor);
        std::string text = sse_head;
        while (true) {
            // Before what came meanwhile is told: it may hold keys.
            bool const is_forbidden = !hub.allows(*from);
            if (!is_forbidden) append_news(text);
            bool const is_over =
                wanted.time_limit.count() > 0 && steady::now() - begun >= wanted.time_limit;
            bool const is_enough = wanted.limit > 0 && told == wanted.limit;
            bool const ends = is_forbidden || is_over || is_enough;
            if (ends) {
                text += fmt::format("event: end\ndata: {{\"why\":\"{}\",\"told\":{}}}\n\n",
                                    is_forbidden ? "privacy"
                                    : is_enough  ? "limit"
                                                 : "for",
                                    told);
            }
            if (text.empty() && steady::now() - last_sign >= sse_heartbeat) text = sse_comment;
            if (!text.empty()) {
                if (!co_await write_text(stream, text, timeout)) co_return;
                sent();
                last_sign = steady::now();
                text.clear();
            }
            if (ends) co_return;
            pause.expires_after(look_interval);
            co_await pause.async_wait(use_tuple);
        }
    }

private:
    void append_news(std::string& text)
    {
        if (auto const lost = from->dropped() - dropped_told; lost > 0) {
            dropped_told += lost;
            text += fmt::format("event: dropped\ndata: {{\"dropped\":{}}}\n\n", lost);
        }
        auto const difference = clock_difference_ns();
        auto const before = told;
        for (auto const& record : from->take()) {
            if (wanted.limit > 0 && told == wanted.limit) break;
            append_tap_event(text, record, difference);
            ++told;
        }
        hub.count_told(told - before);
    }
};

asio::awaitable<void> stream_tap(sse_socket& stream, tap_hub& hub, std::shared_ptr<stats::tap> open,
                                 tap_query wanted, std::chrono::milliseconds timeout,
                                 std::function<void()> sent)
{
    limit_send_buffer(stream);
    tap_writer writer{stream, hub, open, std::move(wanted), timeout, std::move(sent)};
    std::exception_ptr failed;
    try {
        co_await (writer.run() || until_it_leaves(stream));
    } catch (...) {
        failed = std::current_exception();
    }
    hub.close(open);
    if (failed) std::rethrow_exception(failed);
}

}  // namespace respguard::admin
