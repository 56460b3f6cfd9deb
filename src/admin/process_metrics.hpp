// What the kernel says about this process, under the names every Prometheus client library uses.
#pragma once

#include <cstdint>
#include <optional>
#include <prometheus/metric_family.h>
#include <vector>

namespace respguard::admin {

struct process_state {
    std::uint64_t resident_bytes = 0;
    double cpu_seconds = 0;
    std::uint64_t open_fds = 0;
    std::uint64_t max_fds = 0;
    double started_unix_seconds = 0;
};

/// From /proc/self, without a look at anything else; empty if /proc is not there.
[[nodiscard]] std::optional<process_state> read_process_state();

[[nodiscard]] std::vector<prometheus::MetricFamily> process_metrics(process_state const& state);

}  // namespace respguard::admin
