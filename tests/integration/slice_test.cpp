// runtime.slice_us: how long the threads of the data path run at a time.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>
#include <vector>

#include "integration/running_guard.hpp"

namespace respguard {
namespace {

class Slice : public test::running_guard {
protected:
    /// Nanoseconds, of each thread of the process; 0: this kernel tells of none. The fourth of the
    /// eight-byte words of sched_attr, see sched_setattr(2).
    static std::vector<std::uint64_t> slices_ns(pid_t process)
    {
        std::vector<std::uint64_t> all;
        std::string const threads = "/proc/" + std::to_string(process) + "/task";
        for (auto const& each : std::filesystem::directory_iterator(threads)) {
            std::array<std::uint64_t, 6> attributes{};
            auto const thread = static_cast<pid_t>(std::stol(each.path().filename().string()));
            EXPECT_EQ(
                ::syscall(SYS_sched_getattr, thread, attributes.data(), sizeof(attributes), 0U), 0);
            all.push_back(attributes[3]);
        }
        return all;
    }
};

TEST_F(Slice, OfTheThreadsThatRelayIsShort)
{
    test::running_process guard(words({"--set", "runtime.threads=2", "--log-level", "debug"}));
    ASSERT_TRUE(guard.says("thread runs", 2)) << guard.output();
    auto const all = slices_ns(guard.pid());
    if (all.front() == 0) {
        EXPECT_TRUE(guard.says("own_slices=false", 2));
        GTEST_SKIP() << "slices of threads need Linux 6.12";
    }
    EXPECT_EQ(std::count(all.begin(), all.end(), 100'000U), 2);
    EXPECT_TRUE(guard.says("own_slices=true", 2)) << guard.output();
}

TEST_F(Slice, IsLeftAsItIsWhereNobodyWantsAnother)
{
    test::running_process guard(words({"--set", "runtime.slice_us=0", "--log-level", "debug"}));
    ASSERT_TRUE(guard.says("thread runs thread=0 own_slices=false")) << guard.output();
    auto const all = slices_ns(guard.pid());
    EXPECT_EQ(std::count(all.begin(), all.end(), all.front()), std::ssize(all));
}

}  // namespace
}  // namespace respguard
