// One HTTP connection: reads a request, answers it, reads the next.
#pragma once

#include "respguard/admin/controls.hpp"
#include "respguard/admin/source.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "admin/answer.hpp"
#include "admin/report_gate.hpp"
#include "admin/router.hpp"

namespace respguard::admin {

/// What all connections need. Outlives them.
struct connection_context {
    router const& routes;
    report_gate& reports;
    std::function<readiness()> const& ready;
    controls const& changes;
    std::string const& token;
    event_hub* events;  ///< May be null.
    tap_hub* taps;      ///< May be null.
    std::chrono::milliseconds timeout;
};

/// Lives in the coroutine that runs it.
class connection {
public:
    using clock = std::chrono::steady_clock;
    using socket = boost::asio::generic::stream_protocol::socket;

    /// Limit of a request's head. 8 KiB: what nginx and Apache take.
    static constexpr std::size_t head_bytes_max = 8'192;

    connection(socket peer, connection_context const& context);

    /// Until the client leaves, is too slow, or is wrong.
    ///
    /// @param owner Keeps what `context` refers to alive.
    boost::asio::awaitable<void> run(std::shared_ptr<void> owner);

    /// Ends run() soon; callable at any time.
    void close();

    /// Nothing is owed to the client: it is idle, or its request is not whole, or it was answered.
    [[nodiscard]] bool is_waiting() const noexcept { return waiting_; }
    /// Since when it is waiting, or its answer is made, or is sent.
    [[nodiscard]] clock::time_point since() const noexcept { return since_; }

private:
    using parser = boost::beast::http::request_parser<boost::beast::http::empty_body>;

    boost::asio::awaitable<response> answer_to(parser& request, std::shared_ptr<void> owner);
    /// /events/stream or /tap, if the request may have it. @return False: answer_to() says why not.
    boost::asio::awaitable<bool> stream(parser& request);
    boost::asio::awaitable<bool> stream_events_to(request_head const& head);
    boost::asio::awaitable<bool> stream_tap_to(request_head const& head);
    /// @return True if the connection may be used for another request.
    boost::asio::awaitable<bool> send(response answer, parser const& request);
    [[nodiscard]] bool is_from_here() const;
    /// Answers what could not be parsed.
    boost::asio::awaitable<void> send_error(boost::system::error_code why);
    /// Says goodbye and takes what the client still sends, for a while: closing at once would reset
    /// the connection, and the client might never see the answer.
    boost::asio::awaitable<void> linger();
    void now_waiting(bool waiting);

    boost::beast::basic_stream<boost::asio::generic::stream_protocol> stream_;
    connection_context const& context_;
    boost::beast::flat_buffer buffer_;
    clock::time_point since_;
    bool waiting_ = true;
};

}  // namespace respguard::admin
