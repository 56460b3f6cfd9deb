#include <gtest/gtest.h>

#include "admin/totals.hpp"
#include "sample_report.hpp"

namespace respguard::admin {
namespace {

TEST(Totals, SumAllCommands)
{
    auto const all = totals::of(*sample_stats());
    EXPECT_EQ(all.calls, 107U);
    EXPECT_EQ(all.errors, 3U);
    EXPECT_EQ(all.rejected, 2U);
    EXPECT_EQ(all.cancelled, 1U);
    EXPECT_EQ(all.alerted, 1U);
}

TEST(Totals, LeaveBlockingOutOfTheRoundTrips)
{
    auto const all = totals::of(*sample_stats());
    EXPECT_EQ(all.round_trip.count(), 100U);
    EXPECT_EQ(all.round_trip.max_ns(), 2'000'000U);
}

}  // namespace
}  // namespace respguard::admin
