#include <gtest/gtest.h>

#include "doctor/check_functions.hpp"
#include "unit/doctor/hand_made.hpp"

namespace respguard::doctor {
namespace {

std::string saved(int ago, int changes, std::string const& save, int uptime = 1'000'000)
{
    auto const info =
        "server_time_usec:2000000000000000\nuptime_in_seconds:" + std::to_string(uptime) +
        "\nrdb_last_save_time:" + std::to_string(2'000'000'000 - ago) +
        "\nrdb_changes_since_last_save:" + std::to_string(changes) +
        "\nrdb_last_bgsave_time_sec:-1\n";
    return verdict("persist.rdb_age", with(info, {{"save", save}}));
}

TEST(ChecksPersistence, AgeOfTheDump)
{
    EXPECT_EQ(saved(1'800, 1, "900 1"), "ok");
    EXPECT_EQ(saved(1'801, 1, "900 1"), "warn");
    EXPECT_EQ(saved(86'401, 1, "900 1"), "fail");
    EXPECT_EQ(saved(86'401, 0, "900 1"), "ok");
    EXPECT_EQ(saved(700, 10, "900 1 300 10"), "warn");
    EXPECT_EQ(saved(700, 9, "900 1 300 10"), "ok");
}

TEST(ChecksPersistence, NeverSavedIsNotFresh)
{
    EXPECT_EQ(saved(60, 5, "900 1", 60), "warn");
    EXPECT_EQ(saved(60, 5, "900 1", 600), "ok");
}

TEST(ChecksPersistence, Enabled)
{
    EXPECT_EQ(verdict("persist.enabled", "a:1\n", {{"save", ""}, {"appendonly", "no"}}), "fail");
    EXPECT_EQ(verdict("persist.enabled", "a:1\n", {{"save", ""}, {"appendonly", "yes"}}), "ok");
    EXPECT_EQ(verdict("persist.enabled", "a:1\n", {{"save", "900 1"}, {"appendonly", "no"}}), "ok");
    EXPECT_EQ(verdict("persist.enabled", "aof_enabled:0\nrdb_last_save_time:1\n"), "warn");
    EXPECT_EQ(verdict("persist.enabled", "a:1\n"), "skip");
    EXPECT_EQ(verdict("persist.enabled", "dragonfly_version:2\n", {{"snapshot_cron", "0 * * * *"}}),
              "ok");
}

TEST(ChecksPersistence, SaveRules)
{
    auto const judged = [](std::string const& save) {
        return verdict("persist.save_rule", "a:1\n", {{"save", save}, {"appendonly", "no"}});
    };
    EXPECT_EQ(judged("900 1 300 10"), "ok");
    EXPECT_EQ(judged("3600 1 300 100 60 10000"), "warn");
    EXPECT_EQ(judged("7200 1"), "fail");
    EXPECT_EQ(judged(""), "none");
    EXPECT_EQ(verdict("persist.save_rule", "a:1\n"), "skip");
}

TEST(ChecksPersistence, StatusForkAndFsync)
{
    EXPECT_EQ(verdict("persist.status", "rdb_last_bgsave_status:ok\naof_last_write_status:err\n"),
              "fail");
    EXPECT_EQ(verdict("persist.status", "rdb_last_bgsave_status:ok\n"), "ok");
    EXPECT_EQ(verdict("persist.status", "a:1\n"), "skip");
    EXPECT_NE(persist_status(
                  with("rdb_last_bgsave_status:err\n", {{"stop-writes-on-bgsave-error", "no"}}))
                  ->message.find("go on unsaved"),
              std::string::npos);
    EXPECT_NE(persist_aof_fsync(with("aof_enabled:1\n", {{"appendfsync", "everysec"},
                                                         {"no-appendfsync-on-rewrite", "yes"}}))
                  ->message.find("but not while"),
              std::string::npos);
    EXPECT_EQ(verdict("persist.fork", "a:1\n"), "skip");
    EXPECT_EQ(verdict("persist.rdb_age", "a:1\n"), "skip");
    EXPECT_EQ(verdict("persist.fork", "latest_fork_usec:99999\n"), "ok");
    EXPECT_EQ(verdict("persist.fork", "latest_fork_usec:100000\n"), "warn");
    EXPECT_EQ(verdict("persist.fork", "latest_fork_usec:1000000\n"), "fail");
    EXPECT_EQ(verdict("persist.aof_fsync", "aof_enabled:0\n"), "none");
    EXPECT_EQ(verdict("persist.aof_fsync", "aof_enabled:1\n", {{"appendfsync", "everysec"}}), "ok");
    EXPECT_EQ(verdict("persist.aof_fsync", "aof_enabled:1\n", {{"appendfsync", "always"}}), "warn");
    EXPECT_EQ(verdict("persist.aof_fsync", "aof_enabled:1\naof_delayed_fsync:5\n"), "warn");
    EXPECT_EQ(verdict("persist.aof_fsync", "aof_enabled:1\n"), "skip");
    EXPECT_EQ(verdict("persist.aof_fsync", "a:1\n"), "skip");
}

}  // namespace
}  // namespace respguard::doctor
