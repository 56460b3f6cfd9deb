#include <gtest/gtest.h>

#include "doctor/host_probe.hpp"
#include "support/temporary_file.hpp"
#include "unit/doctor/hand_made.hpp"

namespace respguard::doctor {
namespace {

TEST(HostProbe, OtherProcessesAreNotTakenForTheServer)
{
    auto from = with("process_id:" + std::to_string(::getpid()) + "\n");
    from.is_loopback = true;
    EXPECT_FALSE(probe_host(from));  // This process is no Redis.
    EXPECT_FALSE(probe_host(with("process_id:../../etc\n")));
    EXPECT_FALSE(probe_host(with("a:1\n")));
}

TEST(HostProbe, NewestBackupIsFound)
{
    test::temporary_file const file("12345");
    auto const seen = find_backup(file.path() + "*");
    EXPECT_EQ(seen.newest, file.path());
    EXPECT_EQ(seen.size_bytes, 5U);
    EXPECT_LT(seen.age, std::chrono::hours(1));
    EXPECT_TRUE(find_backup("/nowhere/*").newest.empty());
}

}  // namespace
}  // namespace respguard::doctor
