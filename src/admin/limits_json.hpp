// What a hosted Redis with a limit on commands would refuse: part of /stats.
#pragma once

#include "respguard/stats/snapshot.hpp"

#include <boost/json/object.hpp>

namespace respguard::admin {

/// Shares of requests over 1 MB and 10 MB, commands per month at the present rate, and the largest
/// request of each command, largest first. Of scripts and queues nothing is counted: null.
[[nodiscard]] boost::json::object limits_json(stats::report const& report);

}  // namespace respguard::admin
