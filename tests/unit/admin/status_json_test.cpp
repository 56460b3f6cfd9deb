#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "admin/json_text.hpp"
#include "admin/status_json.hpp"
#include "sample_report.hpp"

namespace respguard::admin {
namespace {

namespace json = boost::json;

std::vector<std::string> keys(json::value const& object)
{
    std::vector<std::string> out;
    for (auto const& member : object.as_object())
        out.emplace_back(member.key());
    return out;
}

TEST(StatusJson, CommandsHaveExactlyTheShapeOfTheManual)
{
    auto const table = commands_json(sample_report());
    EXPECT_EQ(keys(table), std::vector<std::string>{"commands"});
    auto const& rows = table.at("commands").as_array();
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0], json::parse(R"({"command":"get","calls":100,"errors":3,"rejected":0,
        "rtt_us":{"p50":99.3,"p95":99.3,"p99":99.3,"max":2000.0,"count":100},
        "request_bytes":4000,"reply_bytes":90000})"));
    EXPECT_EQ(rows[2].at("command").as_string(), "config|set");
    EXPECT_EQ(rows[2].at("rejected").as_uint64(), 2U);
}

TEST(StatusJson, ClientsAreRowsWithUnits)
{
    auto const table = clients_json(sample_report());
    EXPECT_FALSE(table.at("clients_truncated").as_bool());
    auto const& row = table.at("clients").as_array()[0];
    EXPECT_EQ(row.at("id").as_uint64(), 1U);
    EXPECT_EQ(row.at("age_ms").as_double(), 60'000.0);
    EXPECT_EQ(row.at("idle_ms").as_double(), 1.5);
    EXPECT_EQ(row.at("oldest_inflight_ms").as_double(), 4.25);
    EXPECT_EQ(row.at("oldest_command").as_string(), "bzpopmin");
    EXPECT_EQ(row.at("resp").as_uint64(), 3U);
}

TEST(StatusJson, AreJsonWhateverPeersAreCalled)
{
    auto const text = json_text(stats_json(sample_report(), {true, ""}));
    EXPECT_NO_THROW(static_cast<void>(json::parse(text)));
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\xff'), std::string::npos);
    EXPECT_NE(text.find("\\\\x1b[31m\\\\xff"), std::string::npos) << text;
}

TEST(StatusJson, RulesHaveHitsAndTheirLast)
{
    auto const table = rules_json(sample_report());
    EXPECT_TRUE(table.at("enforce").as_bool());
    EXPECT_EQ(table.at("presets").as_array()[0].as_string(), "emailengine");
    auto const& rows = table.at("rules").as_array();
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].at("rule").as_string(), "no-eviction");
    EXPECT_EQ(rows[0].at("hits").at("reject").as_uint64(), 2U);
    EXPECT_EQ(rows[0].at("last_command").as_string(), "config|set");
    EXPECT_EQ(rows[0].at("last_unix_ms").as_uint64(), 1'700'000'000'000U);
    EXPECT_TRUE(rows[2].at("last_unix_ms").is_null());
}

TEST(StatusJson, RulesThatWereNeverCountedHaveNoHits)
{
    auto report = report_of(std::make_shared<stats::shard_stats const>(0));
    report.rules = sample_report().rules;
    auto const table = rules_json(report);
    EXPECT_EQ(table.at("rules").as_array()[0].at("hits").at("reject").as_uint64(), 0U);
}

TEST(StatusJson, StatsHoldEverything)
{
    auto const stats = stats_json(sample_report(), {false, "draining"});
    EXPECT_FALSE(stats.at("ready").as_bool());
    EXPECT_EQ(stats.at("ready_why").as_string(), "draining");
    EXPECT_EQ(stats.at("upstream").as_string(), "redis://127.0.0.1:6379/8");
    EXPECT_EQ(stats.at("uptime_ms").as_uint64(), 3'725'000U);
    EXPECT_EQ(stats.at("io").as_string(), "io_uring");
    EXPECT_EQ(stats.at("now").at("held_connections").as_uint64(), 1U);
    EXPECT_EQ(stats.at("totals").at("calls").as_uint64(), 107U);
    EXPECT_EQ(stats.at("totals").at("rtt_us").at("count").as_uint64(), 100U);
    EXPECT_EQ(stats.at("counters").at("client_connections_total").as_uint64(), 12U);
    EXPECT_EQ(stats.at("errors").as_array().size(), 2U);
    EXPECT_EQ(stats.at("closed").as_array()[1].at("by").as_string(), "upstream");
    EXPECT_EQ(stats.at("reply_bytes").at("max").as_uint64(), 2'000'000U);
    EXPECT_EQ(stats.at("rules").as_array().size(), 3U);
    EXPECT_EQ(stats.at("clients").as_array().size(), 2U);
    auto const& blocking = stats.at("commands").as_array()[1];
    EXPECT_EQ(blocking.at("command").as_string(), "bzpopmin");
    EXPECT_EQ(blocking.at("blocked_us").at("count").as_uint64(), 7U);
    EXPECT_EQ(blocking.at("cancelled").as_uint64(), 1U);
}

TEST(StatusJson, OfAGuardThatHasSeenNothingIsEmptyNotMissing)
{
    EXPECT_TRUE(commands_json(empty_report()).at("commands").as_array().empty());
    EXPECT_TRUE(clients_json(empty_report()).at("clients").as_array().empty());
    EXPECT_TRUE(stats_json(empty_report(), {true, ""}).at("errors").as_array().empty());
}

TEST(StatusJson, VersionSaysWhatIsRunning)
{
    EXPECT_EQ(keys(version_json()),
              (std::vector<std::string>{"version", "revision", "compiler", "build_type"}));
}

}  // namespace
}  // namespace respguard::admin
