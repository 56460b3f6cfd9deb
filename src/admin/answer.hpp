// What is answered to a request that may ask: no I/O.
#pragma once

#include "respguard/admin/event_hub.hpp"
#include "respguard/admin/source.hpp"
#include "respguard/admin/tap_hub.hpp"
#include "respguard/stats/snapshot.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstdint>
#include <string_view>

#include "admin/router.hpp"

namespace respguard::admin {

using response = boost::beast::http::response<boost::beast::http::string_body>;

/// A short plain text, for everything that is not ok.
[[nodiscard]] response text_response(boost::beast::http::status status, std::string_view text);

/// The refusal of the router.
[[nodiscard]] response refusal(routed const& refused);

/// The answer for a route that needs_report().
///
/// @param report Merged (one shard) and presentable. Borrowed.
/// @param now_unix_ns Wall clock.
[[nodiscard]] response report_response(route what, request_head const& head,
                                       stats::report const& report, readiness const& ready,
                                       std::uint64_t now_unix_ns);

/// /events: those that the query asks for, or what is wrong with it. /events/stream: its head, or
/// why it can not be had.
///
/// @param hub Null: there are no events.
[[nodiscard]] response events_response(route what, request_head const& head, event_hub const* hub,
                                       std::uint64_t now_unix_ns);

/// /tap: its head, or why it can not be had.
///
/// @param hub Null: there is no tap.
[[nodiscard]] response tap_response(request_head const& head, tap_hub const* hub);

/// The answer for a route that does not.
[[nodiscard]] response plain_response(route what, readiness const& ready);

}  // namespace respguard::admin
