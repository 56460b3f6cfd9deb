#include "admin/connection.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/beast/http/write.hpp>

#include <array>
#include <functional>
#include <netinet/in.h>
#include <sys/socket.h>
#include <utility>

#include "admin/changes.hpp"
#include "admin/event_query.hpp"
#include "admin/event_stream.hpp"
#include "admin/tap_query.hpp"
#include "admin/tap_stream.hpp"
#include "admin/use_tuple.hpp"
#include "admin/write_access.hpp"

namespace respguard::admin {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds linger_time{1'000};
constexpr std::size_t linger_bytes_max = 4'194'304;

constexpr std::string_view no_body_text = "No request here has a body.\n";

std::uint64_t wall_clock_ns()
{
    auto const now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

/// The client left, or nobody waits for an answer any more.
bool is_silent(error_code ec)
{
    return ec == http::error::end_of_stream || ec == http::error::partial_message ||
           ec.category() != http::make_error_code(http::error::bad_method).category();
}

}  // namespace

connection::connection(socket peer, connection_context const& context)
    : stream_(std::move(peer)), context_(context), buffer_(head_bytes_max + 1), since_(clock::now())
{
}

asio::awaitable<void> connection::run(std::shared_ptr<void> owner)
{
    bool go_on = true;
    while (go_on) {
        now_waiting(true);
        parser request;
        request.header_limit(head_bytes_max);
        // Once for the whole head: a client that sends a byte now and then gets no more time.
        stream_.expires_after(context_.timeout);
        auto const [ec, size] =
            co_await http::async_read_header(stream_, buffer_, request, use_tuple);
        now_waiting(false);
        if (ec) {
            if (!is_silent(ec)) co_await send_error(ec);
            break;
        }
        if (co_await stream(request)) break;
        auto answer = co_await answer_to(request, owner);
        go_on = co_await send(std::move(answer), request);
    }
    if (stream_.socket().is_open()) co_await linger();
}

void connection::close() { stream_.close(); }

asio::awaitable<response> connection::answer_to(parser& request, std::shared_ptr<void> owner)
{
    auto const& head = request.get();
    auto const routed = context_.routes.find(head);
    if (routed.status != http::status::ok) co_return refusal(routed);
    if (!request.is_done()) {
        co_return text_response(http::status::payload_too_large, no_body_text);
    }
    bool const about_events = routed.what == route::events || routed.what == route::events_stream;
    if (about_events) {
        co_return events_response(routed.what, head, context_.events, wall_clock_ns());
    }
    if (routed.what == route::tap) co_return tap_response(head, context_.taps);
    if (is_change(routed.what)) {
        if (auto refused = refuse_write(head, is_from_here(), context_.token)) co_return *refused;
        co_return co_await change(routed.what, head, context_.changes);
    }
    if (routed.what == route::config_dump && context_.changes.configuration) {
        co_return text_response(http::status::ok, context_.changes.configuration());
    }
    auto const ready = context_.ready ? context_.ready() : readiness{};
    if (!needs_report(routed.what)) co_return plain_response(routed.what, ready);
    auto const report =
        co_await context_.reports.next(clock::now() + context_.timeout / 2, std::move(owner));
    if (!report) {
        co_return text_response(
            http::status::service_unavailable,
            "The counters could not be gathered: a shard is busy or the guard is stopping.\n");
    }
    co_return report_response(routed.what, head, *report, ready, wall_clock_ns());
}

asio::awaitable<bool> connection::stream(parser& request)
{
    auto const& head = request.get();
    auto const routed = context_.routes.find(head);
    if (routed.status != http::status::ok || !request.is_done()) co_return false;
    if (head.method() != http::verb::get) co_return false;
    if (routed.what == route::events_stream) co_return co_await stream_events_to(head);
    if (routed.what == route::tap) co_return co_await stream_tap_to(head);
    co_return false;
}

asio::awaitable<bool> connection::stream_events_to(request_head const& head)
{
    auto* const hub = context_.events;
    if (hub == nullptr) co_return false;
    if (hub->streams_now >= event_hub::streams_max || hub->is_stopped()) co_return false;
    auto wanted = read_event_query(head, hub->run(), wall_clock_ns());
    if (!wanted) co_return false;
    if (std::string_view const seen = head["Last-Event-ID"]; !seen.empty()) {
        wanted->says_since = true;
        wanted->which.after_id = event_id_of(seen, hub->run());
        wanted->which.from_unix_ns = 0;
    }
    co_await stream_events(stream_, *hub, *wanted, context_.timeout,
                           std::bind_front(&connection::now_waiting, this, false));
    co_return true;
}

asio::awaitable<bool> connection::stream_tap_to(request_head const& head)
{
    auto* const hub = context_.taps;
    if (hub == nullptr) co_return false;
    auto wanted = read_tap_query(head, hub->may_show_keys);
    if (!wanted) co_return false;
    auto const open = hub->open(wanted->filter, wanted->shows_keys);
    if (!open) co_return false;
    co_await stream_tap(stream_, *hub, open, std::move(*wanted), context_.timeout,
                        std::bind_front(&connection::now_waiting, this, false));
    co_return true;
}

bool connection::is_from_here() const
{
    error_code ec;
    auto const peer = stream_.socket().remote_endpoint(ec);
    if (ec) return false;
    if (peer.protocol().family() == AF_UNIX) return true;
    if (peer.protocol().family() == AF_INET) {
        auto const& v4 = *static_cast<sockaddr_in const*>(static_cast<void const*>(peer.data()));
        return ntohl(v4.sin_addr.s_addr) >> 24U == 127;
    }
    auto const& v6 = *static_cast<sockaddr_in6 const*>(static_cast<void const*>(peer.data()));
    auto const bytes = asio::ip::address_v6::bytes_type(std::to_array(v6.sin6_addr.s6_addr));
    asio::ip::address_v6 const address(bytes);
    if (!address.is_v4_mapped()) return address.is_loopback();
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address).is_loopback();
}

asio::awaitable<bool> connection::send(response answer, parser const& request)
{
    // A body that nobody wants would be read as the next request, so that connection ends.
    bool const go_on = request.is_done() && request.get().keep_alive();
    answer.version(request.get().version());
    answer.keep_alive(go_on);
    answer.prepare_payload();
    since_ = clock::now();  // Making the answer was our time, not the client's.
    stream_.expires_after(context_.timeout);
    http::response_serializer<http::string_body> serializer(answer);
    error_code ec;
    if (request.get().method() == http::verb::head) {
        serializer.split(true);
        std::tie(ec, std::ignore) =
            co_await http::async_write_header(stream_, serializer, use_tuple);
    } else {
        std::tie(ec, std::ignore) = co_await http::async_write(stream_, serializer, use_tuple);
    }
    if (ec) close();
    co_return !ec && go_on;
}

asio::awaitable<void> connection::send_error(error_code why)
{
    bool const too_large = why == http::error::header_limit || why == http::error::buffer_overflow;
    auto answer = why == http::error::body_limit
                      ? text_response(http::status::payload_too_large, no_body_text)
                  : too_large
                      ? text_response(http::status::request_header_fields_too_large,
                                      "The head of the request is larger than 8 KiB.\n")
                      : text_response(http::status::bad_request, "This is no HTTP/1.1 request.\n");
    answer.keep_alive(false);
    answer.prepare_payload();
    stream_.expires_after(context_.timeout);
    auto const [ec, size] = co_await http::async_write(stream_, answer, use_tuple);
    if (ec) close();
}

asio::awaitable<void> connection::linger()
{
    now_waiting(true);
    error_code ec;
    stream_.socket().shutdown(asio::socket_base::shutdown_send, ec);
    stream_.expires_after(linger_time);
    std::array<char, 4'096> thrown_away;
    std::size_t total = 0;
    while (!ec && total < linger_bytes_max) {
        std::size_t size = 0;
        std::tie(ec, size) = co_await stream_.async_read_some(asio::buffer(thrown_away), use_tuple);
        total += size;
    }
    close();
}

void connection::now_waiting(bool waiting)
{
    waiting_ = waiting;
    since_ = clock::now();
}

}  // namespace respguard::admin
