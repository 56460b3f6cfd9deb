#include <boost/json/array.hpp>
#include <gtest/gtest.h>

#include "admin/page_usage.hpp"
#include "sample_report.hpp"

namespace respguard::admin {
namespace {

boost::json::object usage_of(stats::report const& report)
{
    boost::json::object page;
    add_usage(page, report);
    return page;
}

TEST(PageUsage, ShowsScriptsQueuesAndKeys)
{
    auto const page = usage_of(sample_report());
    EXPECT_EQ(page.at("scripts").as_array().at(0).at("name").as_string(), "moveToActive");
    EXPECT_EQ(page.at("scripts").as_array().at(0).at("errors_class").as_string(), "bad");
    auto const& queue = page.at("queues").as_array().at(0).as_object();
    EXPECT_EQ(queue.at("name").as_string(), "notify");
    EXPECT_EQ(queue.at("workers").as_string(), "1");
    auto const& keys = page.at("keys").as_array();
    ASSERT_EQ(keys.size(), 2U);
    EXPECT_EQ(keys.at(0).at("share").as_string(), "60.0 %");
    EXPECT_EQ(keys.at(0).at("least").as_string(), "50");
}

TEST(PageUsage, SaysWhichQueueHasLostItsWorkers)
{
    auto report = sample_report();
    report.lost_consumers["notify"] = 20'000'000'000;
    auto const page = usage_of(report);
    auto const& queue = page.at("queues").as_array().at(0).as_object();
    EXPECT_EQ(queue.at("workers").as_string(), "lost");
    EXPECT_EQ(queue.at("workers_class").as_string(), "bad");
}

TEST(PageUsage, ShowsNoTableWithoutRows)
{
    auto const page = usage_of(empty_report());
    for (char const* which : {"has_scripts", "has_queues", "has_keys"})
        EXPECT_FALSE(page.at(which).as_bool()) << which;
}

TEST(PageUsage, ShowsOnlySoManyRowsTheBusiestFirst)
{
    auto stats = std::make_shared<stats::shard_stats>(0);
    for (std::uint64_t i = 1; i <= 2 * page_usage_rows_max; ++i) {
        auto const made = stats->scripts.add(i, "script " + std::to_string(i));
        for (std::uint64_t j = 0; j < i; ++j)
            stats->scripts.count_reply(made, 1, false, 1'000, false);
    }
    auto const page = usage_of(report_of(stats));
    auto const& rows = page.at("scripts").as_array();
    ASSERT_EQ(rows.size(), page_usage_rows_max);
    EXPECT_EQ(rows.at(0).at("name").as_string(), "script 40");
}

}  // namespace
}  // namespace respguard::admin
