// How long a thread wants to run at a time.
#pragma once

#include <chrono>

namespace respguard::app {

/// Asks the kernel to give the calling thread slices of this length: it is no larger share of the
/// processor, but what asks for little is served before what asks for much. Changes nothing for 0,
/// for a thread that is not scheduled in the ordinary way (SCHED_FIFO, SCHED_BATCH, ...), and
/// before Linux 6.12.
///
/// @param wanted The kernel takes 100 us to 100 ms, and the nearest of these for others.
/// @return Whether the thread has such slices now.
bool ask_for_slices(std::chrono::microseconds wanted) noexcept;

}  // namespace respguard::app
