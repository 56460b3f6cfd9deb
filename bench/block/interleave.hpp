// Lets all targets take turns in short blocks, so that a machine that drifts drifts for all of
// them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "load.hpp"
#include "target.hpp"

namespace respguard::bench {

struct interleave_settings {
    std::size_t turns = 40;
    /// Short against the drift of the machine (seconds), long against a scheduler's time slice.
    std::chrono::milliseconds block{25};
    bool count_syscalls = false;
};

/// One block, per command.
struct block_sample {
    double commands_per_s = 0;
    double p50_ns = 0;
    double p99_ns = 0;
    double wall_ns = 0;
    double client_cpu_ns = 0;
    double server_cpu_ns = 0;
    double proxy_cpu_ns = 0;  ///< 0 for the direct target.

    [[nodiscard]] double all_cpu_ns() const { return client_cpu_ns + server_cpu_ns + proxy_cpu_ns; }
};

/// A target and its load; run() adds what was measured.
struct lane {
    target to;
    std::unique_ptr<load> work;
    std::vector<block_sample> blocks;  ///< Index: turn, the same for all lanes.
    double syscalls_per_command = -1;  ///< Of the target's process; negative: not counted.
    std::uint64_t resident_bytes = 0;  ///< Of the target's process, after the last turn.
};

/// Runs warm-up, turns and the closing checks. The first lane is the direct one, its process the
/// server. The order within a turn is reversed every second turn and rotated by one every two: no
/// target always comes first, or always after the same other one.
/// Throws bench_failure.
void interleave(std::vector<lane>& lanes, interleave_settings const& settings);

}  // namespace respguard::bench
