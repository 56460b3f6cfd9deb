#include "respguard/stats/shard_stats.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace respguard::stats {
namespace {

constexpr command::command_id some = 1;
constexpr command::command_id another = 2;

std::uint64_t errors_of(shard_stats const& stats, command::command_id id, std::string_view name)
{
    for (auto const& e : stats.errors()) {
        if (e.command == id && e.error == name) return e.count;
    }
    return 0;
}

TEST(ShardStats, MakesACommandsStatisticsAtFirstUse)
{
    shard_stats stats(0);
    EXPECT_EQ(stats.find(some), nullptr);
    auto& made = stats.of(some);
    made.calls = 3;
    EXPECT_EQ(&stats.of(some), &made);
    EXPECT_EQ(stats.find(some), &made);
    EXPECT_EQ(stats.find(another), nullptr);
}

TEST(ShardStats, CountsAnIdBeyondTheTableAsOther)
{
    shard_stats stats(0);
    stats.of(0xFFFF).calls = 1;
    EXPECT_EQ(stats.find(command::other)->calls, 1U);
    EXPECT_EQ(stats.find(0xFFFF), nullptr);
}

TEST(ShardStats, CopiesDeeply)
{
    shard_stats stats(1);
    stats.of(some).round_trip.add(1'000);
    shard_stats copy = stats;
    stats.of(some).round_trip.add(1'000);
    stats.count_error(some, "ERR no");
    EXPECT_EQ(copy.find(some)->round_trip.count(), 1U);
    EXPECT_TRUE(copy.errors().empty());
    copy = stats;
    EXPECT_EQ(copy.find(some)->round_trip.count(), 2U);
    EXPECT_NE(copy.find(some), stats.find(some));
}

TEST(ShardStats, CountsRepliesThatCameAtOnceInBothHistogramsOfACopy)
{
    shard_stats stats(0);
    stats.of(some).round_trip.add(3'000);
    stats.of(some).first_byte.add(1'000);
    stats.of(some).at_once.add(5'000, 2);
    auto const expect_folded = [](command_stats const& seen) {
        EXPECT_EQ(seen.round_trip.count(), 3U);
        EXPECT_EQ(seen.round_trip.sum_ns(), 13'000U);
        EXPECT_EQ(seen.first_byte.count(), 3U);
        EXPECT_EQ(seen.first_byte.sum_ns(), 11'000U);
        EXPECT_EQ(seen.at_once.count(), 0U);
    };
    shard_stats const copy = stats;
    expect_folded(*copy.find(some));
    shard_stats merged(0);
    merged.merge(stats);
    expect_folded(*merged.find(some));
}

TEST(ErrorName, IsTheFirstWordOfRedisErrors)
{
    EXPECT_EQ(error_name("WRONGTYPE Operation against a key"), "WRONGTYPE");
    EXPECT_EQ(error_name("ERR"), "ERR");
    EXPECT_EQ(error_name("NOSCRIPT No matching script"), "NOSCRIPT");
    EXPECT_EQ(error_name("A_2 x"), "A_2");
    EXPECT_EQ(error_name("OOM\r\n"), "OOM");
    EXPECT_EQ(error_name(std::string(32, 'A') + " x"), std::string(32, 'A'));
}

TEST(ErrorName, IsOtherForAnythingElse)
{
    for (std::string_view const line :
         {"", " ", " ERR", "err lower case", "Err mixed", "1ERR", "_ERR", "ERR: colon", "ERR-1",
          "\xC3\x84RGER", "ERR\xFF", "ERR\ttab", "__overflow__", "-ERR"}) {
        EXPECT_EQ(error_name(line), "other") << line;
    }
    EXPECT_EQ(error_name(std::string_view("ERR\0x", 5)), "other");
    EXPECT_EQ(error_name(std::string(33, 'A')), "other");
    EXPECT_EQ(error_name(std::string(1'000'000, 'A')), "other");
    EXPECT_EQ(error_name(std::string(1'000'000, '\0')), "other");
}

TEST(ShardStats, CountsErrorsByCommandAndFirstWord)
{
    shard_stats stats(0);
    stats.count_error(some, "ERR one");
    stats.count_error(some, "ERR two");
    stats.count_error(another, "ERR three");
    stats.count_error(some, "oops");
    EXPECT_EQ(errors_of(stats, some, "ERR"), 2U);
    EXPECT_EQ(errors_of(stats, another, "ERR"), 1U);
    EXPECT_EQ(errors_of(stats, some, "other"), 1U);
}

TEST(ShardStats, CountsErrorsBeyondTheLimitAsOverflow)
{
    shard_stats stats(0);
    constexpr std::size_t surplus = 100;
    for (std::size_t i = 0; i < shard_stats::errors_max + surplus; ++i) {
        stats.count_error(some, "E" + std::to_string(i) + " made up by a script");
    }
    EXPECT_EQ(stats.errors().size(), shard_stats::errors_max + 1);
    EXPECT_EQ(errors_of(stats, command::other, overflow_label), surplus);
    stats.count_error(some, "E0 known ones still count");
    EXPECT_EQ(errors_of(stats, some, "E0"), 2U);
}

TEST(ShardStats, CountsClosedConnectionsByTextNotByAddress)
{
    static char const reason_elsewhere[] = "orderly";
    shard_stats stats(0);
    stats.count_closed("client", "orderly");
    stats.count_closed("client", reason_elsewhere);
    stats.count_closed("upstream", "orderly");
    ASSERT_EQ(stats.closed().size(), 2U);
    EXPECT_EQ(stats.closed()[0].count, 2U);
    EXPECT_EQ(stats.closed()[1].count, 1U);
}

TEST(ShardStats, MergesEverything)
{
    shard_stats total(1);
    shard_stats more(2);
    for (auto* const stats : {&total, &more}) {
        stats->counters.pushes_total = 2;
        stats->counters.upstream_stalls_total = 3;
        stats->of(some).calls = 5;
        stats->of(some).reply_bytes = 7;
        stats->overhead_request.add(1'000);
        stats->overhead_reply.add(2'000);
        stats->request_sizes.add(11);
        stats->reply_sizes.add(13);
        stats->clients_now = 17;
        stats->buffered_bytes_now = 19;
        stats->count_error(some, "ERR x");
        stats->count_closed("client", "orderly");
        stats->count_closed("client", "orderly");
    }
    more.of(another).rejected = 1;
    more.rules[0] = {1, 2, 3, 4, 0, 99, another, {}};
    total.rules[0] = {1, 1, 1, 1, 0, 50, some, {}};
    more.rules[1].reject = 9;
    total.merge(more);

    EXPECT_EQ(total.counters.pushes_total, 4U);
    EXPECT_EQ(total.counters.upstream_stalls_total, 6U);
    EXPECT_EQ(total.find(some)->calls, 10U);
    EXPECT_EQ(total.find(some)->reply_bytes, 14U);
    EXPECT_EQ(total.find(another)->rejected, 1U);
    EXPECT_EQ(total.overhead_request.count(), 2U);
    EXPECT_EQ(total.overhead_reply.sum_ns(), 4'000U);
    EXPECT_EQ(total.request_sizes.sum, 22U);
    EXPECT_EQ(total.reply_sizes.sum, 26U);
    EXPECT_EQ(total.clients_now, 34U);
    EXPECT_EQ(total.buffered_bytes_now, 38U);
    EXPECT_EQ(errors_of(total, some, "ERR"), 2U);
    EXPECT_EQ(total.closed()[0].count, 4U);
    ASSERT_EQ(total.rules.size(), 2U);
    EXPECT_EQ(total.rules[0].reject, 3U);
    EXPECT_EQ(total.rules[0].last_unix_ns, 99U);
    EXPECT_EQ(total.rules[0].last_command, another);
    EXPECT_EQ(total.rules[1].reject, 9U);
}

TEST(ShardStats, MergingKeepsTheErrorLimit)
{
    shard_stats total(0);
    shard_stats more(0);
    for (std::size_t i = 0; i < shard_stats::errors_max; ++i) {
        total.count_error(some, "A" + std::to_string(i));
        more.count_error(some, "B" + std::to_string(i));
    }
    total.merge(more);
    EXPECT_EQ(total.errors().size(), shard_stats::errors_max + 1);
    EXPECT_EQ(errors_of(total, command::other, overflow_label), shard_stats::errors_max);
}

}  // namespace
}  // namespace respguard::stats
