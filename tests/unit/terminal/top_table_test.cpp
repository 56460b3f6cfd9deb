#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "terminal/top_table.hpp"

namespace respguard::terminal {
namespace {

boost::json::object top_json(std::string_view text) { return boost::json::parse(text).as_object(); }

TEST(TopTable, ThereAreFiveOfThem)
{
    ASSERT_EQ(top_tables().size(), 5U);
    EXPECT_EQ(top_tables()[1].target, "/scripts");
}

TEST(TopTable, SaysHowMuchCountersGrow)
{
    auto const& commands = top_tables()[0];
    top_rows rows;
    rows.take(commands, top_json(R"({"commands": [{"command": "get", "calls": 100}]})"), 10);
    ASSERT_EQ(rows.rows().size(), 1U);
    EXPECT_DOUBLE_EQ(rows.rows()[0].values[0], 0) << "not known yet";
    rows.take(commands, top_json(R"({"commands": [{"command": "get", "calls": 150},
                                                  {"command": "set", "calls": 7}]})"),
              12);
    EXPECT_DOUBLE_EQ(rows.rows()[0].values[0], 25);
    EXPECT_DOUBLE_EQ(rows.rows()[0].values[1], 150);
    EXPECT_DOUBLE_EQ(rows.rows()[1].values[0], 0) << "new";
}

TEST(TopTable, ACounterThatBeganAnewIsNotNegative)
{
    auto const& commands = top_tables()[0];
    top_rows rows;
    rows.take(commands, top_json(R"({"commands": [{"command": "get", "calls": 100}]})"), 10);
    rows.take(commands, top_json(R"({"commands": [{"command": "get", "calls": 3}]})"), 12);
    EXPECT_DOUBLE_EQ(rows.rows()[0].values[0], 0);
}

TEST(TopTable, ShowsHowLongABlockingCommandWaited)
{
    top_rows rows;
    rows.take(top_tables()[0],
              top_json(R"({"commands": [{"command": "bzpopmin", "rtt_us": {"p50": 0},
                                         "blocked_us": {"p50": 5000000}}]})"),
              1);
    EXPECT_DOUBLE_EQ(rows.rows()[0].values[3], 5'000'000);
}

TEST(TopTable, TellsClientsOfTheSameNameApart)
{
    auto const& clients = top_tables()[3];
    top_rows rows;
    for (double const now : {1.0, 2.0}) {
        rows.take(clients, top_json(R"({"clients": [
                      {"id": 1, "name": "w", "address": "1.2.3.4:5", "commands": 10},
                      {"id": 2, "name": "w", "address": "1.2.3.4:6", "commands": 90}]})"),
                  now);
    }
    EXPECT_EQ(rows.rows()[0].name, "w 1.2.3.4:5");
    EXPECT_DOUBLE_EQ(rows.rows()[1].values[0], 0);
}

}  // namespace
}  // namespace respguard::terminal
