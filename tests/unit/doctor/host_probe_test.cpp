#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

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

TEST(HostProbe, AFolderIsTheSumOfItsFiles)
{
    namespace fs = std::filesystem;
    test::temporary_file const file("");
    fs::path const folder = file.path() + ".d";
    fs::create_directories(folder / "appendonlydir");
    std::ofstream(folder / "appendonlydir" / "base") << "1234567890";
    std::ofstream(folder / "appendonlydir" / "incr") << "12345";
    fs::last_write_time(folder / "appendonlydir" / "base",
                        fs::file_time_type::clock::now() - std::chrono::hours(60));
    fs::last_write_time(folder / "appendonlydir" / "incr",
                        fs::file_time_type::clock::now() - std::chrono::hours(50));
    auto const seen = find_backup((folder / "append*").string());
    EXPECT_EQ(seen.size_bytes, 15U);
    EXPECT_GT(seen.age, std::chrono::hours(49));
    EXPECT_LT(seen.age, std::chrono::hours(51));
    fs::remove_all(folder);
}

}  // namespace
}  // namespace respguard::doctor
