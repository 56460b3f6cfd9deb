#include <gtest/gtest.h>

#include "doctor/check_functions.hpp"
#include "unit/doctor/hand_made.hpp"

namespace respguard::doctor {
namespace {

TEST(ChecksMemory, EvictionPolicies)
{
    auto const judged = [](std::string const& policy) {
        return verdict("evict.policy", "maxmemory_policy:" + policy + "\n");
    };
    EXPECT_EQ(judged("noeviction"), "ok");
    EXPECT_EQ(judged("volatile-ttl"), "warn");
    EXPECT_EQ(judged("allkeys-lru"), "fail");
    EXPECT_EQ(judged("optimistic-volatile"), "fail");
    EXPECT_EQ(judged("eviction"), "fail");
    EXPECT_EQ(verdict("evict.policy", "a:1\n", {{"maxmemory-policy", "allkeys-lfu"}}), "fail");
    EXPECT_EQ(verdict("evict.happened", "evicted_keys:1\n"), "fail");
    EXPECT_EQ(verdict("evict.happened", "evicted_keys:0\n"), "ok");
    EXPECT_EQ(verdict("evict.happened", "a:1\n"), "skip");
}

TEST(ChecksMemory, NeedIsTwoToFourMiBForEachMailbox)
{
    auto const judged = [](std::uint64_t maxmemory) {
        auto from = with("maxmemory:" + std::to_string(maxmemory) + "\n");
        from.application.mailboxes = 1'000;
        return verdict("mem.need", from);
    };
    constexpr std::uint64_t mib = 1'048'576;
    EXPECT_EQ(judged(4'000 * mib), "ok");
    EXPECT_EQ(judged(4'000 * mib - 1), "warn");
    EXPECT_EQ(judged(2'000 * mib), "warn");
    EXPECT_EQ(judged(2'000 * mib - 1), "fail");
    EXPECT_EQ(verdict("mem.need", "maxmemory:1\n"), "skip");
}

TEST(ChecksMemory, MailboxesInAnotherDatabaseAreTold)
{
    auto from = with("maxmemory:9999999999\n");
    from.db = 2;
    from.application.mailboxes = 3;
    from.application.db = 2;
    EXPECT_EQ(verdict("mem.need", from), "ok");
    from.application.db = 8;
    auto const found = mem_need(from);
    EXPECT_EQ(found->what, status::warn);
    EXPECT_NE(found->message.find("they are in database 8, not 2"), std::string::npos);
    EXPECT_NE(found->fix.find("/8"), std::string::npos);
}

TEST(ChecksMemory, NoMailboxesAreAnAnswer)
{
    auto from = with("maxmemory:1\n");
    say(from, "SCARD ia:accounts", ":0\r\n");
    from.application.mailboxes = 0;
    EXPECT_EQ(mem_need(from)->denied, "");
    facts refused = with("maxmemory:1\n");
    say(refused, "SCARD ia:accounts", "-NOPERM x\r\n");
    EXPECT_EQ(mem_need(refused)->denied, "NOPERM x");
}

TEST(ChecksMemory, GrowthIsProjectedFromWhatIsThere)
{
    auto from =
        with("maxmemory:0\ntotal_system_memory:99999999999\nused_memory_dataset:10485760\n");
    from.application.mailboxes = 10;
    from.mailboxes_asked = 1'000;
    EXPECT_NE(mem_need(from)->message.find("1 MiB per mailbox, 1000 MiB for 1 000"),
              std::string::npos)
        << mem_need(from)->message;
}

TEST(ChecksMemory, UseAtItsEdges)
{
    auto const judged = [](int used) {
        return verdict("mem.util", "used_memory:" + std::to_string(used) + "\nmaxmemory:1000\n");
    };
    EXPECT_EQ(judged(799), "ok");
    EXPECT_EQ(judged(800), "warn");
    EXPECT_EQ(judged(949), "warn");
    EXPECT_EQ(judged(950), "fail");
    EXPECT_EQ(verdict("mem.util", "used_memory:1\nmaxmemory:0\ntotal_system_memory:1000\n"), "ok");
    EXPECT_EQ(verdict("mem.util", "used_memory:1\n"), "skip");
    EXPECT_EQ(
        verdict("mem.util", "used_memory:1\nmaxmemory:9\ntotal_data_size:96\nmax_data_size:100\n"),
        "fail");
    EXPECT_EQ(verdict("mem.util", "maxmemory:9\ntotal_data_size:50\nmax_data_size:100\n"), "ok");
}

TEST(ChecksMemory, FragmentationMeansNothingWhenSmall)
{
    EXPECT_EQ(verdict("mem.frag", "used_memory:900000\nmem_fragmentation_ratio:7.6\n"), "ok");
    EXPECT_EQ(verdict("mem.frag", "used_memory:200000000\nmem_fragmentation_ratio:1.6\n"), "warn");
    EXPECT_EQ(verdict("mem.frag", "used_memory:200000000\nmem_fragmentation_ratio:2.6\n"), "fail");
    EXPECT_EQ(verdict("mem.frag", "used_memory:200000000\nmem_fragmentation_ratio:1.2\n"), "ok");
    EXPECT_EQ(verdict("mem.frag", "used_memory:200000000\n"), "skip");
}

TEST(ChecksMemory, BelowOneIsSwapOnlyIfSomethingIsSwappedOut)
{
    auto from = with("used_memory:200000000\nmem_fragmentation_ratio:0.9\n");
    EXPECT_EQ(verdict("mem.frag", from), "warn");
    from.host_state.emplace();
    from.host_state->swapped_bytes = 0;
    EXPECT_EQ(verdict("mem.frag", from), "ok");
    from.host_state->swapped_bytes = 20'000'000;
    EXPECT_EQ(verdict("mem.frag", from), "fail");
}

TEST(ChecksMemory, PastAndLimit)
{
    EXPECT_EQ(verdict("mem.peak", "used_memory_peak:900\nmaxmemory:1000\n"), "warn");
    EXPECT_EQ(verdict("mem.peak", "used_memory_peak:899\nmaxmemory:1000\n"), "ok");
    EXPECT_EQ(verdict("mem.peak", "maxmemory:1000\n"), "skip");
    EXPECT_EQ(verdict("mem.oom_past", "# Errorstats\nerrorstat_OOM:count=3\n"), "warn");
    EXPECT_EQ(verdict("mem.oom_past", "# Errorstats\n"), "ok");
    EXPECT_EQ(verdict("mem.oom_past", "a:1\n"), "skip");
    EXPECT_EQ(verdict("mem.limit", "maxmemory:0\n"), "ok");
    EXPECT_EQ(verdict("mem.limit", "maxmemory:60\ntotal_system_memory:100\nrdb_last_cow_size:40\n"),
              "ok");
    EXPECT_EQ(verdict("mem.limit", "maxmemory:61\ntotal_system_memory:100\nrdb_last_cow_size:40\n"),
              "warn");
    EXPECT_EQ(verdict("mem.limit", "a:1\n"), "skip");
}

}  // namespace
}  // namespace respguard::doctor
