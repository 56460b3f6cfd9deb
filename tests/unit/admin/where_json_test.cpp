#include <gtest/gtest.h>

#include <string>

#include "admin/where_json.hpp"
#include "sample_report.hpp"

namespace respguard::admin {
namespace {

constexpr std::uint64_t ms = 1'000'000;

stats::report waiting_report()
{
    auto stats = sample_stats();
    stats::time_parts parts;
    parts.behind_ns = 7 * ms;
    parts.upstream_ns = 1 * ms;
    stats->of(command::find("get")).where.add(parts, 8 * ms);
    auto report = report_of(stats);
    report.timing.known = true;
    report.timing.network_ns = 400'000;
    return report;
}

TEST(WhereJson, TakesTheRoundTripApart)
{
    auto const report = waiting_report();
    auto const& stats = *report.counted.shards.front();
    auto const out = where_json(where_of_all(stats), report.timing);
    EXPECT_EQ(out.at("avg_us").at("behind").as_double(), 7'000.0);
    EXPECT_EQ(out.at("avg_us").at("network").as_double(), 400.0);
    EXPECT_EQ(out.at("avg_us").at("server").as_double(), 600.0);
    EXPECT_EQ(std::string(out.at("p99_words").as_string()),
              "8.0 ms: 7.0 ms waiting behind earlier commands on the same connection");
}

TEST(WhereJson, SaysItInWords)
{
    EXPECT_EQ(where_in_words(waiting_report()),
              "p99 8.0 ms: 7.0 ms waiting behind earlier commands on the same connection");
    EXPECT_EQ(where_in_words(report_of(sample_stats())), "");
}

TEST(WhereJson, IsOldRatherThanEmpty)
{
    auto stats = sample_stats();
    stats->of(command::find("get")).where.add({}, 8 * ms);
    for (int i = 0; i < 3; ++i)
        stats->rotate();
    EXPECT_NE(where_in_words(report_of(stats)), "");
}

TEST(WhereJson, SaysWhatIsNotKnown)
{
    EXPECT_TRUE(timing_json({}).at("network_us").is_null());
    EXPECT_TRUE(timing_json({}).at("busy_share").is_null());
}

TEST(WhereJson, HasWhatRedisItselfMeasured)
{
    stats::upstream_timing timing;
    timing.percentiles = {{"get", 1.5, 2.5, 3.5}};
    timing.no_percentiles.clear();
    EXPECT_EQ(server_percentiles_json(timing, "get").at("p99_9").as_double(), 3.5);
    EXPECT_TRUE(server_percentiles_json(timing, "set").is_null());
    EXPECT_EQ(timing_json(timing).at("latencystats").as_string(), "read");
    EXPECT_EQ(timing_json({}).at("latencystats").as_string(), "not asked yet");
}

TEST(WhereJson, SumsUpThePathsOfAllConnections)
{
    std::vector<stats::client_row> clients(4);
    EXPECT_TRUE(paths_json(clients).at("rtt_median_us").is_null());
    clients[0].path_ns = 300'000;
    clients[0].path_min_ns = 100'000;
    clients[1].path_ns = 900'000;
    clients[1].path_min_ns = 50'000;
    clients[2].path_ns = 400'000;
    auto const out = paths_json(clients);
    EXPECT_EQ(out.at("connections").as_uint64(), 3U);
    EXPECT_EQ(out.at("rtt_median_us").as_double(), 400.0);
    EXPECT_EQ(out.at("rtt_max_us").as_double(), 900.0);
    EXPECT_EQ(out.at("rtt_min_us").as_double(), 50.0);
}

}  // namespace
}  // namespace respguard::admin
