#include "app/upstream_probe.hpp"

#include "respguard/base/log.hpp"
#include "respguard/net/event_loop.hpp"
#include "respguard/net/sockets.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/completion_condition.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <charconv>
#include <string_view>
#include <system_error>
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
constexpr std::string_view commandstats = "*2\r\n$4\r\nINFO\r\n$12\r\ncommandstats\r\n";
constexpr std::string_view latencystats = "*2\r\n$4\r\nINFO\r\n$12\r\nlatencystats\r\n";
/// A server that knows 500 commands answers 60 KB.
constexpr std::size_t reply_bytes_max = 1'048'576;

std::string auth_request(net::upstream_url const& where)
{
    std::string out = where.user.empty() ? "*2\r\n$4\r\nAUTH\r\n" : "*3\r\n$4\r\nAUTH\r\n";
    for (std::string const* each : {&where.user, &where.password}) {
        if (each->empty()) continue;
        out += "$" + std::to_string(each->size()) + "\r\n" + *each + "\r\n";
    }
    return out;
}

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

/// The operation, or timed_out.
asio::awaitable<error_code> in_time(asio::awaitable<error_code> operation)
{
    asio::steady_timer limit(co_await asio::this_coro::executor, answer_timeout);
    auto const first = co_await asio::experimental::awaitable_operators::operator||(
        std::move(operation), limit.async_wait(token));
    co_return first.index() == 0 ? std::get<0>(first) : error_code(asio::error::timed_out);
}

}  // namespace

struct probe_connection {
    explicit probe_connection(asio::io_context& io) : to(io) {}

    /// One request and its reply: a line, or the text of a bulk string.
    asio::awaitable<error_code> ask(std::string_view request);

    socket to;
    std::string unread;
    std::string reply;  ///< Of the last ask(): with its type for a line.
    bool may_info = true;
};

asio::awaitable<error_code> probe_connection::ask(std::string_view request)
{
    reply.clear();
    auto const [not_sent, sent] = co_await asio::async_write(to, asio::buffer(request), token);
    if (not_sent) co_return not_sent;
    auto const [not_read, line] = co_await asio::async_read_until(
        to, asio::dynamic_buffer(unread, reply_bytes_max), "\r\n", token);
    if (not_read) co_return not_read;
    reply = unread.substr(0, line - 2);
    unread.erase(0, line);
    if (!reply.starts_with('$')) co_return error_code();
    std::size_t size = 0;
    auto const [end, bad] = std::from_chars(reply.data() + 1, reply.data() + reply.size(), size);
    if (bad != std::errc{} || size > reply_bytes_max - 2) {
        co_return boost::system::errc::make_error_code(boost::system::errc::bad_message);
    }
    if (unread.size() < size + 2) {
        auto const [cut, more] =
            co_await asio::async_read(to, asio::dynamic_buffer(unread, reply_bytes_max),
                                      asio::transfer_at_least(size + 2 - unread.size()), token);
        if (cut) co_return cut;
    }
    reply = unread.substr(0, size);
    unread.erase(0, size + 2);
    co_return error_code();
}

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
    probe_connection on(io_);
    if (auto const failed = co_await in_time(connect(on.to, where_.where)); failed) {
        co_return failed.message();
    }
    clock_.forget_commandstats();
    // Without it PING is answered by NOAUTH, which says as well that upstream is there.
    if (!where_.password.empty()) {
        std::string const login = auth_request(where_);
        if (auto const failed = co_await in_time(on.ask(login)); failed) co_return failed.message();
    }
    while (!stopped_) {
        if (auto const failed = co_await in_time(ask_all(on)); failed) co_return failed.message();
        set_up(true, {});
        pause_.expires_after(interval_);
        co_await pause_.async_wait(token);
    }
    co_return std::string();
}

asio::awaitable<error_code> upstream_probe::ask_all(probe_connection& on)
{
    std::uint64_t const asked_ns = net::monotonic_ns();
    if (auto const failed = co_await on.ask(ping)) co_return failed;
    std::uint64_t const took_ns = net::monotonic_ns() - asked_ns;
    // The shortest: acknowledgements ride on replies, so on a busy server the average has its work
    // in it.
    auto const path = net::path_of(on.to.native_handle());
    std::chrono::nanoseconds const known =
        path.shortest.count() > 0 ? path.shortest : path.round_trip;
    clock_.on_ping(took_ns, static_cast<std::uint64_t>(known.count()));
    if (!on.may_info) co_return error_code();
    if (auto const failed = co_await on.ask(commandstats)) co_return failed;
    if (on.reply.starts_with('-')) {
        on.may_info = false;  // Denied, or nobody has logged in: not asked again.
        clock_.forget_commandstats();
        clock_.forget_latencystats("cannot be read: INFO is denied");
        co_return error_code();
    }
    clock_.on_commandstats(on.reply, net::monotonic_ns());
    if (auto const failed = co_await on.ask(latencystats)) co_return failed;
    if (on.reply.starts_with('-')) {
        clock_.forget_latencystats("cannot be read: INFO latencystats is denied");
    } else {
        clock_.on_latencystats(on.reply);
    }
    co_return error_code();
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
