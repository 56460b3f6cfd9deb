// runtime.slice_us: how long the threads of the data path run at a time.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

#include "integration/running_guard.hpp"
#include "support/slice_of.hpp"

namespace respguard {
namespace {

class Slice : public test::running_guard {
protected:
    /// Of each thread of the process.
    static std::vector<std::uint64_t> slices_ns(pid_t process)
    {
        std::vector<std::uint64_t> all;
        std::string const threads = "/proc/" + std::to_string(process) + "/task";
        for (auto const& each : std::filesystem::directory_iterator(threads)) {
            all.push_back(
                test::slice_ns_of(static_cast<pid_t>(std::stol(each.path().filename().string()))));
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
