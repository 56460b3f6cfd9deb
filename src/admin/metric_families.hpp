// Every metric of the guard, from a copy of its counters. One row each in docs/METRICS.md (tested).
#pragma once

#include "respguard/stats/snapshot.hpp"

#include <prometheus/metric_family.h>
#include <vector>

namespace respguard::admin {

/// @param report Merged (one shard) and presentable.
[[nodiscard]] std::vector<prometheus::MetricFamily> metric_families(stats::report const& report);

}  // namespace respguard::admin
