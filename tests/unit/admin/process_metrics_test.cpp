#include <gtest/gtest.h>

#include <chrono>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include "admin/process_metrics.hpp"

namespace respguard::admin {
namespace {

TEST(ProcessState, IsPlausible)
{
    auto const state = read_process_state();
    ASSERT_TRUE(state.has_value());
    EXPECT_GT(state->resident_bytes, 1'000'000U);
    EXPECT_GE(state->open_fds, 3U);
    EXPECT_GE(state->max_fds, state->open_fds);
    auto const now =
        std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch());
    EXPECT_LT(state->started_unix_seconds, now.count() + 2);
    EXPECT_GT(state->started_unix_seconds, now.count() - 3'600);
}

TEST(ProcessState, SeesOneMoreOpenFile)
{
    auto const before = read_process_state()->open_fds;
    int const fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    EXPECT_EQ(read_process_state()->open_fds, before + 1);
    ::close(fd);
}

TEST(ProcessState, SeesCpuTime)
{
    auto const before = read_process_state()->cpu_seconds;
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (read_process_state()->cpu_seconds == before && std::chrono::steady_clock::now() < end) {
    }
    EXPECT_GT(read_process_state()->cpu_seconds, before);
}

TEST(ProcessMetrics, HaveTheUsualNames)
{
    std::string names;
    for (auto const& family : process_metrics({}))
        names += family.name + ' ';
    EXPECT_EQ(names, "process_resident_memory_bytes process_cpu_seconds_total process_open_fds "
                     "process_max_fds process_start_time_seconds ");
}

}  // namespace
}  // namespace respguard::admin
