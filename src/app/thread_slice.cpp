#include "app/thread_slice.hpp"

#include <cstdint>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace respguard::app {

namespace {

/// As sched_setattr(2) has it: Debian 12's C library has neither the call nor this.
struct scheduling {
    std::uint32_t size = sizeof(scheduling);
    std::uint32_t policy = 0;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime_ns = 0;
    std::uint64_t deadline_ns = 0;
    std::uint64_t period_ns = 0;
};

/// Of the calling thread.
bool get(scheduling& into) noexcept
{
    return ::syscall(SYS_sched_getattr, 0, &into, sizeof(into), 0U) == 0;
}

}  // namespace

bool ask_for_slices(std::chrono::microseconds wanted) noexcept
{
    scheduling now;
    if (wanted.count() <= 0 || !get(now) || now.policy != SCHED_OTHER) return false;
    now.runtime_ns = static_cast<std::uint64_t>(std::chrono::nanoseconds(wanted).count());
    now.size = sizeof(now);
    if (::syscall(SYS_sched_setattr, 0, &now, 0U) != 0) return false;
    // A kernel that knows no slices has said yes as well.
    return get(now) && now.runtime_ns != 0;
}

}  // namespace respguard::app
