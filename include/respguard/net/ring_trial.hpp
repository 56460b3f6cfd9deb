// Whether this process can receive by io_uring here.
#pragma once

#include <string>

namespace respguard::net {

struct ring_trial {
    bool works = false;
    std::string why_not;
    int error = 0;  ///< errno, if there is one.
    /// It works, but a processor that has nothing to do is shown as waiting for a disk (Linux
    /// before 6.15).
    bool counts_as_disk_wait = false;
};

/// Tries all that event_loop::receive() needs, with a loop and sockets of its own: kernels without
/// a part of it, /proc/sys/kernel/io_uring_disabled and containers' seccomp profiles are found out.
[[nodiscard]] ring_trial try_ring();

}  // namespace respguard::net
