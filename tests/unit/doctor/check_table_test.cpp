#include "respguard/doctor/check.hpp"
#include "respguard/policy/redis_requirements.hpp"

#include <gtest/gtest.h>

#include <cmath>
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

/// The texts are prose; the numbers in them are those that decide.
TEST(CheckTable, TextsHoldTheNumbersOfThePage)
{
    namespace need = policy::redis_requirements;
    auto const said = [](std::string_view id, std::string const& words) {
        auto const* const of = find_check(id);
        auto const all = std::string(of->rule) + "\n" + std::string(of->fix);
        EXPECT_NE(all.find(words), std::string::npos) << id << ": " << words;
    };
    auto const ms = [](std::chrono::microseconds time) {
        return std::to_string(time.count() / 1'000);
    };
    said("net.rtt", "p50 below " + ms(need::rtt_preferred) + " ms / " + ms(need::rtt_preferred) +
                        " to " + ms(need::rtt_max) + " ms");
    said("net.jitter", "p99 below " + ms(need::rtt_max) + " ms / " + ms(need::rtt_max) + " to " +
                           std::to_string(need::stall_max.count()) + " ms");
    said("net.keepalive", std::to_string(need::tcp_keepalive_min.count()) + " to " +
                              std::to_string(need::tcp_keepalive.count()) + " s");
    said("net.keepalive", "tcp-keepalive " + std::to_string(need::tcp_keepalive.count()));
    said("net.keepalive", std::to_string(need::tcp_keepalive_azure_max.count()) + " s on Azure");
    said("evict.policy", "maxmemory-policy " + std::string(need::eviction_policy));
    for (auto const* const id : {"persist.enabled", "persist.save_rule"})
        said(id, "save \"" + std::string(need::save_rules) + "\"");
    said("persist.save_rule", std::to_string(need::save_interval.count()) + " s / " +
                                  std::to_string(need::save_interval_max.count()) + " s");
    said("persist.aof_iops", "10 000 / 5 000 to 10 000");
    EXPECT_EQ(need::aof_iops_min, 10'000);
    said("backup.fresh", std::to_string(need::backup_age_max.count()) + " h / " +
                             std::to_string(need::backup_age_critical.count() / 24) + " d");
    said("mem.util", std::to_string(std::lround(100 * need::utilisation_max)) + " to " +
                         std::to_string(std::lround(100 * need::utilisation_critical)) + " %");
    said("mem.need", std::to_string(need::provision_factor * need::mailbox_bytes_max / need::mib) +
                         " MiB per mailbox");
}

}  // namespace
}  // namespace respguard::doctor
