// What all streams of server-sent events have in common.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>

#include <chrono>
#include <functional>
#include <string>

namespace respguard::admin {

using sse_socket = boost::beast::basic_stream<boost::asio::generic::stream_protocol>;

/// A comment now and then keeps proxies from giving up, and shows us that the path is alive.
inline constexpr std::chrono::seconds sse_heartbeat{15};
inline constexpr char const* sse_comment = ": still here\n\n";
/// Head and first lines of the answer. retry: how long a browser waits before it comes back.
extern char const* const sse_head;

/// Limits what the kernel holds for a reader that does not take it. Left to itself it would be
/// megabytes, and minutes until such a reader is found out.
void limit_send_buffer(sse_socket& stream);

/// Ends when the reader closes its side, or says far more than a reader should.
boost::asio::awaitable<void> until_it_leaves(sse_socket& stream);

/// @return False if the reader did not take it within `timeout`, or is gone.
boost::asio::awaitable<bool> write_text(sse_socket& stream, std::string const& text,
                                        std::chrono::milliseconds timeout);

}  // namespace respguard::admin
