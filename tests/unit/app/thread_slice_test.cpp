#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <sched.h>
#include <thread>

#include "app/thread_slice.hpp"
#include "support/slice_of.hpp"

namespace respguard::app {
namespace {

using namespace std::chrono_literals;

/// Of the calling thread; 0: this kernel tells of none.
std::uint64_t slice_ns() { return test::slice_ns_of(0); }

/// Not in the thread of all other tests.
void in_a_thread(std::function<void()> const& what) { std::thread(what).join(); }

TEST(ThreadSlice, IsAskedFor)
{
    in_a_thread([] {
        if (slice_ns() == 0) {
            EXPECT_FALSE(ask_for_slices(300us));
            GTEST_SKIP() << "slices of threads need Linux 6.12";
        }
        EXPECT_TRUE(ask_for_slices(300us));
        EXPECT_EQ(slice_ns(), 300'000U);
        EXPECT_TRUE(ask_for_slices(1us));
        EXPECT_EQ(slice_ns(), 100'000U) << "the shortest that there is";
    });
}

TEST(ThreadSlice, OfNoLengthIsTheKernels)
{
    in_a_thread([] {
        auto const before = slice_ns();
        EXPECT_FALSE(ask_for_slices(0us));
        EXPECT_EQ(slice_ns(), before);
    });
}

TEST(ThreadSlice, LeavesAloneWhatIsScheduledInAnotherWay)
{
    in_a_thread([] {
        sched_param const none{};
        ASSERT_EQ(::sched_setscheduler(0, SCHED_BATCH, &none), 0);
        auto const before = slice_ns();
        EXPECT_FALSE(ask_for_slices(300us));
        EXPECT_EQ(slice_ns(), before);
        EXPECT_EQ(::sched_getscheduler(0), SCHED_BATCH);
    });
}

}  // namespace
}  // namespace respguard::app
