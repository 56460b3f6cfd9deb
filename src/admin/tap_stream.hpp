// /tap: single commands as server-sent events, until the reader leaves or has enough.
#pragma once

#include "respguard/admin/tap_hub.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>

#include "admin/sse_writing.hpp"
#include "admin/tap_query.hpp"

namespace respguard::admin {

/// Writes the whole answer, head included, and closes the tap. Ends when the reader leaves, does
/// not take one piece within `timeout`, has got what the query limits it to, or shows keys that are
/// hidden by now. The connection is not usable afterwards.
///
/// @param stream, hub Borrowed until it ends.
/// @param open From hub.open().
/// @param sent Called whenever a piece was taken.
boost::asio::awaitable<void> stream_tap(sse_socket& stream, tap_hub& hub,
                                        std::shared_ptr<stats::tap> open, tap_query wanted,
                                        std::chrono::milliseconds timeout,
                                        std::function<void()> sent);

}  // namespace respguard::admin
