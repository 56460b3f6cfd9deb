// Where the time of round trips went, as JSON and in words.
#pragma once

#include "respguard/stats/snapshot.hpp"

#include <boost/json/object.hpp>

#include <string>

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

}  // namespace respguard::admin
