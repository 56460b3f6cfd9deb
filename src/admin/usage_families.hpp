// Metrics by script, queue and key family.
#pragma once

#include "respguard/stats/snapshot.hpp"

#include <prometheus/metric_family.h>
#include <vector>

namespace respguard::admin {

/// Appends the families of docs/METRICS.md, "Scripts, queues, kinds of keys". Of a merged report.
void append_usage(std::vector<prometheus::MetricFamily>& out, stats::report const& report);

}  // namespace respguard::admin
