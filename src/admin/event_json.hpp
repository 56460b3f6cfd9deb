// Events as JSON: for /events, its stream and the webhook.
#pragma once

#include "respguard/stats/event.hpp"
#include "respguard/stats/event_ring.hpp"

#include <boost/json/object.hpp>

#include <string_view>
#include <vector>

namespace respguard::admin {

/// Fields that are empty or 0 are left out, but for id, time and type.
[[nodiscard]] boost::json::object event_json(stats::event const& what);

/// What /events answers and the webhook posts: {"events":[...],"run":"...","oldest_id":N,
/// "newest_id":N}.
[[nodiscard]] boost::json::object events_json(std::vector<stats::event> const& events,
                                              stats::event_ring const& from, std::string_view run);

}  // namespace respguard::admin
