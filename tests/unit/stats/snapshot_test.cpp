#include "respguard/stats/snapshot.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace respguard::stats {
namespace {

snapshot of_one_shard(std::uint64_t calls, std::size_t clients)
{
    auto stats = std::make_shared<shard_stats>(0);
    stats->of(1).calls = calls;
    snapshot part;
    part.shards.push_back(std::move(stats));
    part.clients.resize(clients);
    return part;
}

TEST(Snapshot, OfOneShardIsHandedOnWithoutACopy)
{
    auto part = of_one_shard(1, 2);
    auto const* const before = part.shards.front().get();
    auto const merged = merge({part});
    ASSERT_EQ(merged.shards.size(), 1U);
    EXPECT_EQ(merged.shards.front().get(), before);
    EXPECT_EQ(merged.clients.size(), 2U);
    EXPECT_FALSE(merged.clients_truncated);
}

TEST(Snapshot, SumsTheShards)
{
    auto const merged = merge({of_one_shard(1, 1), of_one_shard(2, 2), of_one_shard(4, 0)});
    ASSERT_EQ(merged.shards.size(), 1U);
    EXPECT_EQ(merged.shards.front()->find(1)->calls, 7U);
    EXPECT_EQ(merged.clients.size(), 3U);
}

TEST(Snapshot, SumsShardsOfOnePartToo)
{
    auto part = of_one_shard(1, 0);
    part.shards.push_back(part.shards.front());
    part.shards.push_back(nullptr);
    auto const merged = merge({std::move(part)});
    ASSERT_EQ(merged.shards.size(), 1U);
    EXPECT_EQ(merged.shards.front()->find(1)->calls, 2U);
}

TEST(Snapshot, LeavesOutClientsAboveTheLimitAndSaysSo)
{
    auto const full = merge({of_one_shard(0, 600), of_one_shard(0, 400)});
    EXPECT_EQ(full.clients.size(), snapshot::clients_max);
    EXPECT_FALSE(full.clients_truncated);
    auto const over = merge({of_one_shard(0, 600), of_one_shard(0, 401), of_one_shard(0, 1)});
    EXPECT_EQ(over.clients.size(), snapshot::clients_max);
    EXPECT_TRUE(over.clients_truncated);
}

TEST(Snapshot, KeepsThatAPartWasTruncated)
{
    auto part = of_one_shard(0, 1);
    part.clients_truncated = true;
    EXPECT_TRUE(merge({part, of_one_shard(0, 1)}).clients_truncated);
}

TEST(Snapshot, OfNothingIsEmptyNotNull)
{
    auto const merged = merge({});
    ASSERT_EQ(merged.shards.size(), 1U);
    EXPECT_EQ(merged.shards.front()->counters.pushes_total, 0U);
}

}  // namespace
}  // namespace respguard::stats
