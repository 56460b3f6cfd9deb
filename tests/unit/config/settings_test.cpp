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

TEST(KeysShown, UnlessTheyAreHidden)
{
    settings written;
    EXPECT_TRUE(keys_shown(written));
    written.slowlog.show = "all";
    EXPECT_TRUE(keys_shown(written));
    written.slowlog.show = "none";
    EXPECT_FALSE(keys_shown(written));
}

TEST(HotKeys, AreMaskedWhereKeysAreHidden)
{
    settings written;
    EXPECT_EQ(hot_keys_of(written), (stats::hot_key_settings{0, false}));
    written.slowlog.hot_keys = 9;
    written.slowlog.show = "none";
    EXPECT_EQ(hot_keys_of(written), (stats::hot_key_settings{9, true}));
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
