#include "respguard/stats/tap_ring.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace respguard::stats {
namespace {

bool add(tap_ring& ring, std::uint64_t number)
{
    tap_record* const to = ring.begin();
    if (to == nullptr) return false;
    to->at_ns = number;
    ring.commit();
    return true;
}

TEST(TapRing, KeepsTheOlderOnesAndCountsWhatHasNoRoom)
{
    tap_ring ring(2);
    for (std::uint64_t i = 0; i < 6; ++i)
        EXPECT_EQ(add(ring, i), i < 4);
    EXPECT_EQ(ring.dropped(), 2U);
    std::vector<tap_record> taken;
    ring.take_all(taken);
    ASSERT_EQ(taken.size(), 4U);
    EXPECT_EQ(taken.front().at_ns, 0U);
    EXPECT_EQ(taken.back().at_ns, 3U);
    EXPECT_TRUE(add(ring, 9));
    ring.take_all(taken);
    EXPECT_EQ(taken.back().at_ns, 9U);
}

TEST(TapRing, LosesNothingUncountedBetweenTwoThreads)
{
    constexpr std::uint64_t records = 100'000;
    tap_ring ring(6);
    std::atomic<bool> done = false;
    std::thread writer([&] {
        for (std::uint64_t i = 1; i <= records; ++i)
            (void)add(ring, i);
        done = true;
    });
    std::vector<tap_record> batch;
    std::uint64_t taken = 0;
    std::uint64_t newest = 0;
    bool last = false;
    while (!last) {
        last = done;
        batch.clear();
        ring.take_all(batch);
        for (auto const& each : batch) {
            EXPECT_GT(each.at_ns, newest);
            newest = each.at_ns;
        }
        taken += batch.size();
    }
    writer.join();
    EXPECT_EQ(taken + ring.dropped(), records);
}

}  // namespace
}  // namespace respguard::stats
