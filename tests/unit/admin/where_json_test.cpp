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

}  // namespace
}  // namespace respguard::admin
