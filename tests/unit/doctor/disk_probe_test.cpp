#include "respguard/doctor/disk_probe.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace respguard::doctor {
namespace {

TEST(DiskProbe, SaysWhyItCouldNot)
{
    EXPECT_NE(probe_disk("/nowhere", std::chrono::milliseconds(40)).failure, "");
}

TEST(DiskProbe, LeavesNothingBehind)
{
    auto const folder =
        std::filesystem::temp_directory_path() / ("respguard-disk-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    auto const seen = probe_disk(folder.string(), std::chrono::milliseconds(40));
    EXPECT_TRUE(std::filesystem::is_empty(folder));
    std::filesystem::remove_all(folder);
    bool const measured = seen.failure.empty() && seen.rates.writes_per_second_deep > 0;
    // tmpfs is refused, other file systems may have no O_DIRECT: both must be said.
    EXPECT_TRUE(measured || seen.rates.in_memory || !seen.failure.empty());
}

}  // namespace
}  // namespace respguard::doctor
