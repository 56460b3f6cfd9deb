// The JSON tables. Keys carry their unit; docs/METRICS.md lists them.
#pragma once

#include "respguard/admin/source.hpp"
#include "respguard/stats/snapshot.hpp"

#include <boost/json/object.hpp>

namespace respguard::admin {

// All of a merged (one shard) and presentable report.

/// /commands: the shape of INTERFACE.md and nothing else. Commands that were seen, most calls
/// first.
[[nodiscard]] boost::json::object commands_json(stats::report const& report);
/// /clients: one row per connection, at most snapshot::clients_max.
[[nodiscard]] boost::json::object clients_json(stats::report const& report);
/// /rules: every rule in the order in which they are tried, with its hits.
[[nodiscard]] boost::json::object rules_json(stats::report const& report);
/// /version.
[[nodiscard]] boost::json::object version_json();
/// /stats: all of the above and every counter. Rows of commands hold more than those of /commands.
[[nodiscard]] boost::json::object stats_json(stats::report const& report, readiness const& ready);

}  // namespace respguard::admin
