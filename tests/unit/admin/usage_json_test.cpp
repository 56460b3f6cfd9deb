#include <boost/json/array.hpp>
#include <gtest/gtest.h>

#include "admin/usage_json.hpp"
#include "sample_report.hpp"

namespace respguard::admin {
namespace {

std::string text(boost::json::value const& value) { return std::string(value.as_string()); }

TEST(UsageJson, TellsScriptsApart)
{
    auto const table = scripts_json(sample_report());
    auto const& rows = table.at("scripts").as_array();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(text(rows[0].at("script")), "moveToActive");
    EXPECT_EQ(text(rows[0].at("sha1")), std::string(40, '8'));
    EXPECT_EQ(rows[0].at("calls").as_uint64(), 2U);
    EXPECT_EQ(rows[0].at("errors").as_uint64(), 1U);
    EXPECT_EQ(rows[0].at("rtt_us").at("count").as_uint64(), 2U);
    EXPECT_EQ(table.at("scripts_known").at("overflowed").as_uint64(), 0U);
}

TEST(UsageJson, TellsQueuesApart)
{
    auto const table = queues_json(sample_report());
    auto const& rows = table.at("queues").as_array();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(text(rows[0].at("queue")), "notify");
    EXPECT_EQ(text(rows[0].at("prefix")), "bull");
    EXPECT_EQ(rows[0].at("blocked_ms").as_double(), 5'000.0);
    EXPECT_EQ(rows[0].at("workers_waiting").as_uint64(), 1U);
}

TEST(UsageJson, TellsFamiliesApart)
{
    auto const table = families_json(sample_report());
    auto const& rows = table.at("families").as_array();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(text(rows[0].at("family")), "iad:*");
    EXPECT_EQ(rows[0].at("rtt_us").at("avg").as_double(), 300.0);
}

TEST(UsageJson, ShowsAsManyHotKeysAsAskedAndHowSureItIs)
{
    auto const table = hot_keys_json(sample_report());
    auto const& rows = table.at("keys").as_array();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(text(rows[0].at("key")), "bull:notify:id");
    EXPECT_EQ(rows[0].at("uses").as_uint64(), 60U);
    EXPECT_EQ(rows[0].at("uses_min").as_uint64(), 50U);
    EXPECT_DOUBLE_EQ(rows[0].at("share").as_double(), 0.6);
    auto const& counted = table.at("keys_counted").as_object();
    EXPECT_TRUE(counted.at("on").as_bool());
    EXPECT_EQ(counted.at("unseen_max").as_uint64(), 10U);
    EXPECT_EQ(counted.at("period_ms").as_double(), 45'000.0);
}

TEST(UsageJson, ShowsWhatIsInFlightOldestFirst)
{
    auto const table = inflight_json(sample_report());
    auto const& rows = table.at("inflight").as_array();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(text(rows[0].at("command")), "bzpopmin");
    EXPECT_EQ(rows[0].at("timeout_ms").as_double(), 5'000.0);
    EXPECT_TRUE(rows[0].at("overdue").as_bool());
    EXPECT_TRUE(rows[1].at("timeout_ms").is_null());
    EXPECT_EQ(text(rows[1].at("name")).find('\x1b'), std::string::npos);
}

TEST(UsageJson, ShowsSlowCommandsWithWhereTheTimeWent)
{
    auto const table = slowlog_json(sample_report());
    auto const& rows = table.at("slowlog").as_array();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].at("id").as_uint64(), 2U);
    EXPECT_EQ(rows[1].at("rtt_us").as_double(), 12'000.0);
    EXPECT_EQ(rows[1].at("parts_us").at("behind").as_double(), 11'000.0);
    EXPECT_EQ(text(rows[1].at("where")),
              "11.0 ms of 12.0 ms waiting behind earlier commands on the same connection");
    EXPECT_EQ(text(rows[1].at("arguments").as_array()[1]), "\\x1b[31m");
    EXPECT_EQ(table.at("slowlog_total").as_uint64(), 2U);
}

TEST(UsageJson, ShowsLargeOnesByKind)
{
    auto const report = sample_report();
    EXPECT_EQ(largelog_json(report, "").at("largelog").as_array().size(), 1U);
    EXPECT_EQ(largelog_json(report, "reply").at("largelog").as_array().size(), 1U);
    EXPECT_EQ(largelog_json(report, "request").at("largelog").as_array().size(), 0U);
}

}  // namespace
}  // namespace respguard::admin
