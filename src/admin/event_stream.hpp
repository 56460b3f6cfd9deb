// /events/stream: server-sent events until the reader leaves.
#pragma once

#include "respguard/admin/event_hub.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>

#include <chrono>
#include <functional>

#include "admin/event_query.hpp"

namespace respguard::admin {

/// Writes the whole answer, head included. Ends when the reader leaves, does not take one piece
/// within `timeout`, or the hub is stopped. The connection is not usable afterwards.
///
/// @param stream, hub Borrowed until it ends.
/// @param sent Called whenever a piece was taken.
boost::asio::awaitable<void>
stream_events(boost::beast::basic_stream<boost::asio::generic::stream_protocol>& stream,
              event_hub& hub, event_query wanted, std::chrono::milliseconds timeout,
              std::function<void()> sent);

}  // namespace respguard::admin
