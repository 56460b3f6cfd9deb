// From blocks to the figures that are reported.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "interleave.hpp"
#include "statistics.hpp"

namespace respguard::bench {

/// Every spread is over the turns. Ratios are formed within a turn, between blocks some tens of
/// milliseconds apart, and only then is the median taken: whatever changes more slowly cancels out.
struct target_summary {
    std::string name;
    spread commands_per_s;
    spread to_base;       ///< Throughput / that of the direct target.
    spread to_reference;  ///< Throughput / that of the reference target; count 0 without one.
    /// The same two from the CPU time per command of client, server and proxy together: the other's
    /// / ours. Equal to the ratio of throughputs where all share one core and nobody else is on it;
    /// blind to the time that other programs take.
    spread to_base_by_cpu;
    spread to_reference_by_cpu;
    spread added_p50_to_reference;  ///< added_p50_us / the reference's; smaller is better.
    spread proxy_cpu_to_reference;  ///< proxy_cpu_us / the reference's; smaller is better.
    spread p50_us;
    spread p99_us;
    spread added_p50_us;  ///< p50 - that of the direct target.
    spread client_cpu_us;
    spread server_cpu_us;
    spread proxy_cpu_us;  ///< Count 0 where no proxy stands between.
    spread other_share;   ///< Part of the wall time that none of the three spent on the CPU.
    double syscalls_per_command = -1;
    std::uint64_t resident_bytes = 0;
};

inline constexpr std::size_t no_reference = static_cast<std::size_t>(-1);

/// @param reference Index of the lane to compare with beside the direct one, or no_reference.
std::vector<target_summary> summarize(std::vector<lane> const& lanes, std::size_t reference);

}  // namespace respguard::bench
