#include "respguard/config/settings.hpp"

#include <gtest/gtest.h>

namespace respguard::config {
namespace {

using std::chrono::milliseconds;

TEST(SlowlogLimit, IsADurationOrOff)
{
    EXPECT_EQ(slowlog_limit("10ms"), milliseconds(10));
    EXPECT_EQ(slowlog_limit("2s"), milliseconds(2'000));
    EXPECT_EQ(slowlog_limit("0"), milliseconds(0));
    EXPECT_EQ(slowlog_limit("-1"), milliseconds(-1));
    EXPECT_EQ(slowlog_limit("10"), std::nullopt);
    EXPECT_EQ(slowlog_limit("never"), std::nullopt);
    EXPECT_EQ(slowlog_limit(""), std::nullopt);
}

TEST(CommandLogs, AreAsConfigured)
{
    settings written;
    EXPECT_EQ(command_logs_of(written).slower_than, milliseconds(10));
    EXPECT_EQ(command_logs_of(written).blocked_longer_than, milliseconds(-1));
    written.slowlog.slower_than = "-1";
    written.slowlog.kept = 5;
    written.slowlog.show = "none";
    auto const made = command_logs_of(written);
    EXPECT_EQ(made.slower_than, milliseconds(-1));
    EXPECT_EQ(made.kept, 5U);
    EXPECT_EQ(made.show, "none");
}

}  // namespace
}  // namespace respguard::config
