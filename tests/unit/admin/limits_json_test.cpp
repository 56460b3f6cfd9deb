#include "respguard/policy/redis_requirements.hpp"

#include <boost/json/array.hpp>
#include <gtest/gtest.h>

#include "admin/limits_json.hpp"
#include "unit/admin/sample_report.hpp"

namespace respguard::admin {
namespace {

TEST(LimitsJson, CountsWhatIsOverEachLimit)
{
    auto stats = std::make_shared<stats::shard_stats>(0);
    for (std::uint64_t const size :
         {10U, 1'000'000U, 1'000'001U, 1'048'576U, 1'048'577U, 10'485'761U})
        stats->request_sizes.add(size);
    stats->of(command::find("set")).calls = 60;
    stats->of(command::find("set")).request_bytes_max = 10'485'761;
    stats->of(command::find("get")).calls = 90;
    stats->of(command::find("get")).request_bytes_max = 10;
    stats->large_by_script.add("5f7", 20'000);
    stats->large_by_script.add("a\n", 30'000);
    stats->large_by_queue.add("notify", 40'000);
    auto report = report_of(stats);
    report.command_limit_bytes = 5'000'000;
    report.uptime_ns = 60'000'000'000;
    auto const seen = limits_json(report);
    auto const over = [&](std::size_t i) {
        return seen.at("over").as_array()[i].as_object().at("requests_over").to_number<int>();
    };
    auto const limit = [&](std::size_t i) {
        return seen.at("over")
            .as_array()[i]
            .as_object()
            .at("limit_bytes")
            .to_number<std::uint64_t>();
    };
    EXPECT_EQ(limit(1), policy::redis_requirements::command_limits[0]);
    EXPECT_EQ(limit(2), policy::redis_requirements::command_limits[1]);
    EXPECT_EQ(over(0), 4);
    EXPECT_EQ(over(1), 2);
    EXPECT_EQ(over(2), 1);
    auto const& custom = seen.at("over_command_limit").as_object();
    EXPECT_EQ(custom.at("requests_over_min").to_number<int>(), 1);
    EXPECT_EQ(custom.at("requests_over_max").to_number<int>(), 1);
    EXPECT_EQ(seen.at("commands_per_month").to_number<double>(), 2.5 * 30 * 86'400);
    EXPECT_EQ(seen.at("largest_by_command").as_array()[0].as_object().at("command").as_string(),
              "set");
    auto const& scripts = seen.at("largest_by_script").as_array();
    ASSERT_EQ(scripts.size(), 2U);
    EXPECT_EQ(scripts[0].as_object().at("script").as_string(), "a\\x0a");
    EXPECT_EQ(seen.at("largest_by_queue").as_array()[0].as_object().at("queue").as_string(),
              "notify");
}

TEST(LimitsJson, NothingSeenIsNoDivisionByZero)
{
    auto report = empty_report();
    report.uptime_ns = 0;
    EXPECT_EQ(limits_json(report).at("commands_per_month").to_number<double>(), 0.0);
}

}  // namespace
}  // namespace respguard::admin
