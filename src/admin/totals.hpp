// All commands together.
#pragma once

#include "respguard/stats/shard_stats.hpp"

#include <cstdint>

namespace respguard::admin {

struct totals {
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;
    std::uint64_t rejected = 0;
    std::uint64_t cancelled = 0;
    std::uint64_t alerted = 0;
    stats::latency_histogram round_trip;

    [[nodiscard]] static totals of(stats::shard_stats const& stats);
};

}  // namespace respguard::admin
