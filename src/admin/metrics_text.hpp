// Metric families as Prometheus reads them.
#pragma once

#include <prometheus/metric_family.h>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::admin {

struct metrics_format {
    bool openmetrics = false;

    /// OpenMetrics 1.0 if an Accept header wants it at least as much as plain text, else 0.0.4.
    [[nodiscard]] static metrics_format for_accept(std::string_view accept);
    [[nodiscard]] std::string_view content_type() const noexcept;
};

/// Families without a series are left out.
[[nodiscard]] std::string metrics_text(std::vector<prometheus::MetricFamily> const& families,
                                       metrics_format format);

}  // namespace respguard::admin
