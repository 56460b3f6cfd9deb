// What a process under test costs, read from /proc and from a kernel tracepoint.
#pragma once

#include <chrono>
#include <cstdint>
#include <sys/types.h>
#include <vector>

#include "endpoint.hpp"

namespace respguard::bench {

/// CPU time of all threads of a process so far, in the scheduler's nanoseconds (schedstat), because
/// /proc/PID/stat counts in ticks of 10 ms and a block lasts 25. Zero for pid 0 or a dead process.
std::chrono::nanoseconds cpu_time_of(pid_t pid);

/// CPU time of this process.
std::chrono::nanoseconds own_cpu_time();

/// Resident memory, exact (smaps_rollup; the figure in statm is off by up to a megabyte on newer
/// kernels). Zero for pid 0 or a dead process.
std::uint64_t resident_bytes_of(pid_t pid);

/// Counts the system calls of all threads a process has now.
///
/// Uses the tracepoint raw_syscalls:sys_enter: exact, unlike strace it does not slow the process so
/// much that calls are batched differently. Needs tracefs and the right to trace; without them it
/// counts nothing. While one exists every system call on the machine is a little slower, so count
/// in blocks of their own, never in timed ones.
class syscall_counter {
public:
    explicit syscall_counter(pid_t pid);

    [[nodiscard]] bool is_counting() const noexcept { return !counters_.empty(); }
    [[nodiscard]] std::uint64_t count() const;

private:
    std::vector<unique_fd> counters_;  // One per thread.
};

}  // namespace respguard::bench
