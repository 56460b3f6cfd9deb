#include <gtest/gtest.h>

#include "doctor/check_functions.hpp"
#include "unit/doctor/hand_made.hpp"

namespace respguard::doctor {
namespace {

TEST(ChecksStorage, Iops)
{
    auto from = with("aof_enabled:1\n");
    EXPECT_EQ(verdict("persist.aof_iops", from), "skip");
    EXPECT_EQ(verdict("persist.aof_iops", "aof_enabled:0\n"), "none");
    EXPECT_NE(
        persist_aof_iops(with("aof_enabled:1\naof_delayed_fsync:7\n"))->message.find("7 times"),
        std::string::npos);
    from.disk = disk_rates{10'000, 0, 0, {}, false};
    EXPECT_EQ(verdict("persist.aof_iops", from), "ok");
    from.disk->writes_per_second_deep = 9'999;
    EXPECT_EQ(verdict("persist.aof_iops", from), "warn");
    from.disk->writes_per_second_deep = 4'999;
    EXPECT_EQ(verdict("persist.aof_iops", from), "fail");
    from.disk->in_memory = true;
    EXPECT_EQ(verdict("persist.aof_iops", from), "fail");
    from.disk_failure = "no room";
    EXPECT_EQ(verdict("persist.aof_iops", from), "skip");
}

TEST(ChecksStorage, Backups)
{
    facts from;
    EXPECT_EQ(verdict("backup.fresh", from), "skip");
    from.backup.emplace();
    EXPECT_EQ(verdict("backup.fresh", from), "fail");
    from.backup = backup_facts{"/b", std::chrono::hours(26), 10};
    EXPECT_EQ(verdict("backup.fresh", from), "ok");
    from.backup->age = std::chrono::hours(27);
    EXPECT_EQ(verdict("backup.fresh", from), "warn");
    from.backup->age = std::chrono::hours(169);
    EXPECT_EQ(verdict("backup.fresh", from), "fail");
    from.backup = backup_facts{"/b", std::chrono::hours(1), 10};
    from.host_state.emplace();
    from.host_state->dump_size_bytes = 21;
    EXPECT_EQ(verdict("backup.fresh", from), "fail");
    from.backup->size_bytes = 0;
    EXPECT_EQ(verdict("backup.fresh", from), "fail");
}

TEST(ChecksStorage, Host)
{
    auto from = with("used_memory:100\n");
    for (auto const* const id : {"host.overcommit", "host.thp", "host.disk"})
        EXPECT_EQ(verdict(id, from), "none");
    from.host_state.emplace();
    for (auto const* const id : {"host.overcommit", "host.thp", "host.disk"})
        EXPECT_EQ(verdict(id, from), "skip");
    from.host_state->overcommit_memory = 0;
    EXPECT_EQ(verdict("host.overcommit", from), "warn");
    from.host_state->overcommit_memory = 1;
    EXPECT_EQ(verdict("host.overcommit", from), "ok");
    from.host_state->transparent_hugepage = "madvise";
    EXPECT_EQ(verdict("host.thp", from), "ok");
    from.host_state->transparent_hugepage = "always";
    EXPECT_EQ(verdict("host.thp", from), "warn");
    from.host_state->disk_free_bytes = 200;
    EXPECT_EQ(verdict("host.disk", from), "ok");
    from.host_state->disk_rotational = true;
    EXPECT_EQ(verdict("host.disk", from), "ok");
    EXPECT_NE(host_disk(from)->message.find("rotating"), std::string::npos);
    from.disk = disk_rates{9'999, 0, 0, {}, false};
    EXPECT_EQ(verdict("host.disk", from), "ok");  // Without AOF the page asks for no IOPS.
    auto appending = with("used_memory:100\naof_enabled:1\n");
    appending.host_state = from.host_state;
    EXPECT_EQ(verdict("host.disk", appending), "ok");  // Not measured.
    appending.disk = disk_rates{10'000, 0, 0, {}, false};
    EXPECT_EQ(verdict("host.disk", appending), "ok");
    appending.disk->writes_per_second_deep = 9'999;
    EXPECT_EQ(verdict("host.disk", appending), "warn");
    EXPECT_NE(host_disk(appending)->fix.find("SSD"), std::string::npos);
    from.host_state->disk_free_bytes = 199;
    EXPECT_EQ(verdict("host.disk", from), "warn");
    from.host_state->disk_free_bytes = 99;
    EXPECT_EQ(verdict("host.disk", from), "fail");
}

}  // namespace
}  // namespace respguard::doctor
