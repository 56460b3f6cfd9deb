// Where the time of round trips went, as JSON and in words.
#pragma once

#include "respguard/stats/snapshot.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace respguard::admin {

/// {"avg_us": {"network": ..}, "avg_words": "..", "p99_us": .., "p99_words": ..} of one command,
/// lately; since the start if there was nothing lately.
[[nodiscard]] boost::json::object where_json(stats::split_window const& where,
                                             stats::upstream_timing const& upstream);
/// All commands together. Of a merged report.
[[nodiscard]] stats::split_window where_of_all(stats::shard_stats const& stats);
/// "p99 8.1 ms: 7.4 ms waiting behind ..."; empty without commands.
[[nodiscard]] std::string where_in_words(stats::report const& report);
/// What is known of upstream by itself.
[[nodiscard]] boost::json::object timing_json(stats::upstream_timing const& upstream);
/// How long Redis itself says that this command runs; null if that can not be read.
[[nodiscard]] boost::json::value server_percentiles_json(stats::upstream_timing const& upstream,
                                                         std::string_view command);
/// What the kernel says of the paths of all clients' connections to upstream: the median and the
/// longest of its estimates, the shortest round trip seen. Nulls without TCP connections.
[[nodiscard]] boost::json::object paths_json(std::vector<stats::client_row> const& clients);

}  // namespace respguard::admin
