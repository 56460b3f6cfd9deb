#include "respguard/terminal/text_table.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "terminal/top_view.hpp"

namespace respguard::terminal {
namespace {

class TopView : public testing::Test {
protected:
    TopView()
    {
        take(0, 10);
        take(20, 12);
    }

    void take(int more, double now_s)
    {
        view.take_stats(boost::json::parse(fmt::format(
                                               R"({{"version": {{"version": "0.1.0"}},
                            "uptime_ms": 245000, "ready": true, "upstream": "redis://r:6379",
                            "upstream_up": true, "started_unix_ms": 7,
                            "now": {{"client_connections": 31}}, "totals": {{"calls": {}}},
                            "commands": [
                              {{"command": "get", "calls": {}, "errors": 9}},
                              {{"command": "set", "calls": 500, "errors": 1}},
                              {{"command": "config|set", "calls": 2, "errors": 4}}],
                            "clients": [{{"id": 1, "address": "10.0.0.5:1", "commands": 4}}]}})",
                                               100 + more, 100 + more))
                            .as_object(),
                        now_s);
    }

    void press(std::string_view keys)
    {
        for (char const key : keys)
            EXPECT_FALSE(view.on_key(static_cast<top_key>(key)));
    }

    [[nodiscard]] std::string shown(std::size_t width = 80, std::size_t height = 24) const
    {
        std::string out;
        for (auto const& line : view.lines(width, height))
            out += line.text + "\n";
        return out;
    }

    [[nodiscard]] bool shows(std::string_view text) const
    {
        return shown().find(text) != std::string::npos;
    }

    /// True if `first` stands above `second`.
    [[nodiscard]] bool in_order(std::string_view first, std::string_view second) const
    {
        return shown().find("\n" + std::string(first)) < shown().find("\n" + std::string(second));
    }

    top_view view{false};
};

TEST_F(TopView, FillsTheScreenExactlyWhateverItsSize)
{
    for (std::size_t const width : {20U, 80U, 200U}) {
        for (std::size_t const height : {1U, 5U, 24U, 50U}) {
            for (std::string_view const keys : {"", "2", "4", "h", "h/x"}) {
                press(keys);
                auto const lines = view.lines(width, height);
                ASSERT_EQ(lines.size(), height) << width;
                for (auto const& line : lines)
                    EXPECT_EQ(columns_of(line.text), width) << line.text;
                (void)view.on_key(top_key::escape);
            }
        }
    }
}

TEST_F(TopView, ShowsRatesAndState)
{
    EXPECT_TRUE(shows("respguard 0.1.0  up 4m05s  ready  redis://r:6379 answers  every 2s"));
    EXPECT_TRUE(shows("clients 31"));
    EXPECT_TRUE(shows("10/s commands")) << shown();
    EXPECT_TRUE(shows("max 10/s"));
}

TEST_F(TopView, SortsByTheColumnThatIsChosen)
{
    EXPECT_TRUE(shows("*calls/s"));
    EXPECT_TRUE(in_order("get", "set"));
    press(">");
    EXPECT_TRUE(shows("*calls "));
    EXPECT_TRUE(in_order("set", "get"));
    press(">");
    EXPECT_TRUE(in_order("get", "config|set") && in_order("config|set", "set"));
    press("R");
    EXPECT_TRUE(in_order("set", "config|set"));
    press("<<<");
    EXPECT_TRUE(shows("*out/s"));
}

TEST_F(TopView, GoesFromTableToTable)
{
    press("4");
    EXPECT_TRUE(shows("[4 clients]"));
    EXPECT_TRUE(shows("10.0.0.5:1"));
    press("\t\t\t");
    EXPECT_TRUE(shows("[2 scripts]"));
    EXPECT_FALSE(view.on_key(top_key::back_tab));
    EXPECT_TRUE(shows("[1 commands]"));
    EXPECT_TRUE(shows("config|set"));
}

TEST_F(TopView, SaysThatAnOlderGuardHasNoSuchTable)
{
    press("2");
    view.take_table(nullptr, 14);
    EXPECT_TRUE(shows("This guard has no /scripts."));
    auto const scripts =
        boost::json::parse(R"({"scripts": [{"script": "moveToActive-11", "calls": 3}]})")
            .as_object();
    view.take_table(&scripts, 16);
    EXPECT_TRUE(shows("moveToActive-11"));
}

TEST_F(TopView, SaysWhereTheTimeOfTheSlowestWent)
{
    EXPECT_FALSE(shows("lately"));
    view.take_stats(
        boost::json::parse(R"({"where": {"p99_words": "8.1 ms: 7.4 ms in the server"}})")
            .as_object(),
        14);
    EXPECT_TRUE(shows("\nslowest 1 % lately 8.1 ms: 7.4 ms in the server")) << shown();
}

TEST_F(TopView, SaysWhichQueuesHaveNoWorkersAnyMore)
{
    EXPECT_FALSE(shows("NO WORKERS"));
    view.take_stats(boost::json::parse(R"({"queues": [
                        {"queue": "bull:notify", "workers_lost_ms": 95000},
                        {"queue": "bull:submit", "workers_lost_ms": null},
                        {"queue": "bull:documents", "workers_lost_ms": 12000}]})")
                        .as_object(),
                    14);
    EXPECT_TRUE(shows("\nNO WORKERS any more: bull:notify (1m35s), bull:documents (12s)"))
        << shown();
}

TEST_F(TopView, SaysThatKeysAreNotCounted)
{
    press("5");
    auto answer = boost::json::parse(R"({"keys": [], "keys_counted": {"on": false}})").as_object();
    view.take_table(&answer, 14);
    EXPECT_TRUE(shows("keys.hot is 0")) << shown();
    answer = boost::json::parse(R"({"keys": [{"key": "bull:id", "uses": 9, "uses_min": 8,
                                    "share": 0.25}], "keys_counted": {"on": true}})")
                 .as_object();
    view.take_table(&answer, 16);
    EXPECT_TRUE(shows("25.0%")) << shown();
    EXPECT_TRUE(shows("bull:id"));
    EXPECT_FALSE(shows("keys.hot is 0"));
    press("1");
    EXPECT_TRUE(shows("[1 commands]"));
}

TEST_F(TopView, ShowsOnlyRowsWithTheTextThatIsTyped)
{
    press("/confx");
    EXPECT_FALSE(view.on_key(top_key::backspace));
    EXPECT_TRUE(shows("filter: conf_"));
    EXPECT_FALSE(shows("\nget"));
    press("\n");
}

TEST_F(TopView, EndsWithQButNotWhileAFilterIsTyped)
{
    press("/q");
    (void)view.on_key(top_key::escape);
    EXPECT_TRUE(shows("\nget"));
    EXPECT_TRUE(view.on_key(top_key{'q'}));
    EXPECT_TRUE(view.on_key(top_key::f10));
}

TEST_F(TopView, PausesAndChangesItsPace)
{
    press("Z");
    EXPECT_TRUE(view.is_paused() && shows("PAUSED"));
    press(" ");
    EXPECT_FALSE(view.is_paused());
    press("+++++");
    EXPECT_DOUBLE_EQ(view.interval_s(), 0.5);
    press("----------");
    EXPECT_DOUBLE_EQ(view.interval_s(), 60);
}

TEST_F(TopView, ScrollsNoFurtherThanItsLastRow)
{
    for (int i = 0; i < 50; ++i)
        (void)view.on_key(top_key::page_down);
    EXPECT_NE(shown(80, 8).find("config|set"), std::string::npos) << shown(80, 8);
    EXPECT_TRUE(shows("\nget"));
}

TEST_F(TopView, KeepsTheNumbersWhenTheGuardIsLost)
{
    view.lost("Connection refused");
    EXPECT_TRUE(shows("NOT REACHED: Connection refused"));
    EXPECT_TRUE(shows("\nget"));
    take(40, 14);
    EXPECT_FALSE(shows("NOT REACHED"));
}

TEST_F(TopView, HelpsAndComesBack)
{
    press("h");
    EXPECT_TRUE(shows("Tab 1 2 3 4 5"));
    press("?");
    EXPECT_TRUE(shows("\nget"));
}

}  // namespace
}  // namespace respguard::terminal
