#include "respguard/doctor/check.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace respguard::doctor {
namespace {

TEST(CheckTable, GroupsStandTogether)
{
    std::set<std::string_view> seen;
    std::string_view group;
    for (auto const& each : checks()) {
        if (each.group == group) continue;
        group = each.group;
        EXPECT_TRUE(seen.insert(group).second) << group;
    }
}

TEST(CheckTable, EveryRequirementOfThePageHasACheck)
{
    std::string all;
    for (auto const& each : checks())
        all.append(each.seed).append("\n");
    for (auto const* const words :
         {"Redis 6.0", "no Cluster", "RTT below 5 ms", "1 to 2 MiB per mailbox, twice",
          "below 80 %", "RDB or AOF", "10 000 IOPS", "back up daily", "tcp-keepalive 300",
          "noeviction", "engine table", "Sentinel or single primary", "connection string"}) {
        EXPECT_NE(all.find(words), std::string::npos) << words;
    }
}

}  // namespace
}  // namespace respguard::doctor
