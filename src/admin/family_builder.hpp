// Fills one Prometheus metric family with what we counted.
#pragma once

#include "respguard/stats/latency_histogram.hpp"
#include "respguard/stats/size_histogram.hpp"

#include <cstdint>
#include <prometheus/metric_family.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace respguard::admin {

/// Label names and values of one series.
using labels = std::vector<std::pair<std::string_view, std::string_view>>;

/// Collects the series of one metric. `name` is given with its prefix, counters with `_total`.
class family_builder {
public:
    family_builder(std::string name, std::string help, prometheus::MetricType type);

    /// For a counter or a gauge.
    family_builder& add(labels const& of, double value);
    family_builder& add(labels const& of, std::uint64_t value);
    /// For a histogram: in seconds, with the buckets of duration_bounds_ns.
    family_builder& add(labels const& of, stats::latency_histogram const& durations);
    /// For a histogram: in bytes.
    family_builder& add(labels const& of, stats::size_histogram const& sizes);

    [[nodiscard]] prometheus::MetricFamily take() { return std::move(family_); }

private:
    prometheus::ClientMetric& series(labels const& of);

    prometheus::MetricFamily family_;
};

}  // namespace respguard::admin
