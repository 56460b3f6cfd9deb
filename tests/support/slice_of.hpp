// What the kernel says of a thread's slices.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

namespace respguard::test {

/// Nanoseconds, of any thread; 0: of the calling one. @return 0 if this kernel tells of none. The
/// fourth of the eight-byte words of sched_attr, see sched_setattr(2).
inline std::uint64_t slice_ns_of(pid_t thread)
{
    std::array<std::uint64_t, 6> attributes{};
    EXPECT_EQ(::syscall(SYS_sched_getattr, thread, attributes.data(), sizeof(attributes), 0U), 0);
    return attributes[3];
}

}  // namespace respguard::test
