// The page's table of the newest events.
#pragma once

#include "respguard/stats/event.hpp"

#include <boost/json/array.hpp>

#include <cstdint>
#include <vector>

namespace respguard::admin {

/// Newest first.
///
/// @param events Presentable, oldest first.
[[nodiscard]] boost::json::array page_events(std::vector<stats::event> const& events,
                                             std::uint64_t now_unix_ns);

}  // namespace respguard::admin
