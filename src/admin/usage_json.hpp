// The JSON tables by script, queue and key family, of commands in flight, and of logged commands.
#pragma once

#include "respguard/stats/snapshot.hpp"

#include <boost/json/object.hpp>

#include <string_view>

namespace respguard::admin {

// All of a merged (one shard) and presentable report. Most calls first.

/// /scripts: Lua scripts and functions by name.
[[nodiscard]] boost::json::object scripts_json(stats::report const& report);
/// /queues: BullMQ's queues.
[[nodiscard]] boost::json::object queues_json(stats::report const& report);
/// /families: kinds of keys, ids masked.
[[nodiscard]] boost::json::object families_json(stats::report const& report);
/// /keys/hot: single keys (or, where these are hidden, families), most used first. Each was used
/// between uses_min and uses times; what is not there, at most unseen_max times.
[[nodiscard]] boost::json::object hot_keys_json(stats::report const& report);
/// /inflight: what waits for its reply now, the oldest first.
[[nodiscard]] boost::json::object inflight_json(stats::report const& report);
/// /slowlog: the newest first.
[[nodiscard]] boost::json::object slowlog_json(stats::report const& report);
/// /largelog: requests and replies, the newest first. `kind` is "request", "reply", or empty for
/// both.
[[nodiscard]] boost::json::object largelog_json(stats::report const& report, std::string_view kind);

}  // namespace respguard::admin
