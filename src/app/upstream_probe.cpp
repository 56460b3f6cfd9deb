#include "app/upstream_probe.hpp"

#include "respguard/base/log.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <string_view>
#include <utility>

namespace respguard::app {

namespace asio = boost::asio;

namespace {

using error_code = boost::system::error_code;
using socket = asio::generic::stream_protocol::socket;
constexpr auto token = asio::as_tuple(asio::use_awaitable);

/// Longer than any healthy server needs; a server that is busy in a script is not "up" for a
/// client.
constexpr auto answer_timeout = std::chrono::seconds(2);
constexpr std::string_view ping = "*1\r\n$4\r\nPING\r\n";

asio::awaitable<error_code> connect(socket& to, net::endpoint const& where)
{
    if (where.kind == net::endpoint::family::unix_socket) {
        asio::local::stream_protocol::endpoint const path(where.path);
        auto const [failed] = co_await to.async_connect(path, token);
        co_return failed;
    }
    asio::ip::tcp::resolver names(to.get_executor());
    auto const [unknown, found] =
        co_await names.async_resolve(where.host, std::to_string(where.port), token);
    if (unknown) co_return unknown;
    error_code last = asio::error::host_not_found;
    for (auto const& each : found) {
        to = socket(to.get_executor());
        auto const [failed] = co_await to.async_connect(each.endpoint(), token);
        last = failed;
        if (!last) break;
    }
    co_return last;
}

asio::awaitable<error_code> ask(socket& to)
{
    auto const [not_sent, sent] = co_await asio::async_write(to, asio::buffer(ping), token);
    if (not_sent) co_return not_sent;
    std::string line;
    auto const [not_read, size] =
        co_await asio::async_read_until(to, asio::dynamic_buffer(line, 4096), "\r\n", token);
    co_return not_read;
}

/// The operation, or timed_out.
asio::awaitable<error_code> in_time(asio::awaitable<error_code> operation)
{
    asio::steady_timer limit(co_await asio::this_coro::executor, answer_timeout);
    auto const first = co_await asio::experimental::awaitable_operators::operator||(
        std::move(operation), limit.async_wait(token));
    co_return first.index() == 0 ? std::get<0>(first) : error_code(asio::error::timed_out);
}

}  // namespace

upstream_probe::upstream_probe(asio::io_context& io, net::upstream_url where,
                               std::chrono::milliseconds interval)
    : io_(io), where_(std::move(where)), interval_(interval), pause_(io)
{
}

void upstream_probe::start()
{
    if (!is_off()) asio::co_spawn(io_, run(), asio::detached);
}

void upstream_probe::stop()
{
    stopped_ = true;
    pause_.cancel();
}

asio::awaitable<void> upstream_probe::run()
{
    while (!stopped_) {
        std::string why = co_await ask_until_it_fails();
        if (stopped_) co_return;
        set_up(false, std::move(why));
        pause_.expires_after(
            std::min<std::chrono::milliseconds>(interval_, std::chrono::seconds(1)));
        co_await pause_.async_wait(token);
    }
}

asio::awaitable<std::string> upstream_probe::ask_until_it_fails()
{
    socket to(io_);
    if (auto const failed = co_await in_time(connect(to, where_.where)); failed) {
        co_return failed.message();
    }
    while (!stopped_) {
        if (auto const failed = co_await in_time(ask(to)); failed) co_return failed.message();
        set_up(true, {});
        pause_.expires_after(interval_);
        co_await pause_.async_wait(token);
    }
    co_return std::string();
}

void upstream_probe::set_up(bool up, std::string why)
{
    bool const changed = up != up_ || (!was_up_ && why != why_);
    up_ = up;
    why_ = std::move(why);
    was_up_ = was_up_ || up;
    if (!changed) return;
    if (up == lost_ && on_change) {
        lost_ = !up;
        on_change(up);
        return;
    }
    std::string const where = where_.to_string();
    if (up) {
        log::write(log::level::info, "upstream answers", {{"upstream", std::string_view(where)}});
    } else {
        log::write(log::level::warn, "upstream still does not answer",
                   {{"upstream", std::string_view(where)}, {"reason", std::string_view(why_)}});
    }
}

}  // namespace respguard::app
