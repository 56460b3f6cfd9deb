// What connections cost that do nothing: memory, and CPU time spent on them all the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "target.hpp"

namespace respguard::bench {

struct idle_cost {
    std::size_t connections = 0;
    std::uint64_t resident_before_bytes = 0;
    std::uint64_t resident_with_bytes = 0;
    std::uint64_t resident_after_bytes = 0;  ///< All closed again.
    double cpu_ms_per_s = 0;                 ///< While nothing is sent.

    [[nodiscard]] double bytes_per_connection() const;
};

/// One target after the other, because memory does not drift as time does. Each connection is used
/// for one PING first: a proxy that keeps the buffers of a used connection should show it.
/// Meaningful only for processes that were not used before: freed memory is reused, not given back.
/// Throws bench_failure.
std::vector<idle_cost> measure_idle(std::vector<target> const& targets, std::size_t connections);

}  // namespace respguard::bench
