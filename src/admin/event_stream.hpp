// /events/stream: server-sent events until the reader leaves.
#pragma once

#include "respguard/admin/event_hub.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>

#include "admin/event_query.hpp"
#include "admin/sse_writing.hpp"

namespace respguard::admin {

/// Writes the whole answer, head included. Ends when the reader leaves, does not take one piece
/// within `timeout`, or the hub is stopped. The connection is not usable afterwards.
///
/// @param stream, hub Borrowed until it ends.
/// @param sent Called whenever a piece was taken.
boost::asio::awaitable<void> stream_events(sse_socket& stream, event_hub& hub, event_query wanted,
                                           std::chrono::milliseconds timeout,
                                           std::function<void()> sent);

}  // namespace respguard::admin
