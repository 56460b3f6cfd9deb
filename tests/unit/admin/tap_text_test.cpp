#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>

#include "admin/tap_text.hpp"
#include "sample_report.hpp"

namespace respguard::admin {
namespace {

std::string text_of(stats::finished_command const& what)
{
    stats::tap_record record;
    record.assign(what, true);
    record.rule.assign("flush");
    std::string text = "before";
    append_tap_event(text, record, 1'000'000'000'000);
    return text;
}

TEST(TapText, IsOneEventWithJson)
{
    stats::finished_command what;
    what.at_ns = 2'345'678'901;
    what.client = {7, "10.0.0.5:1", "", "", 8};
    what.command = command::find("config|set");
    what.request_bytes = 40;
    what.reply_bytes = 5;
    what.round_trip_ns = 83'449;
    what.parts.upstream_ns = 80'050;
    EXPECT_EQ(text_of(what),
              "beforedata: {\"unix_ms\":1002345,\"client\":\"10.0.0.5:1\",\"client_id\":7,\"db\":8,"
              "\"command\":\"config|set\",\"request_bytes\":40,\"reply_bytes\":5,\"rtt_us\":83.4,"
              "\"upstream_us\":80.1,\"outcome\":\"ok\",\"rule\":\"flush\"}\n\n");
}

TEST(TapText, CallsTheTimeOfABlockingCommandBlocked)
{
    stats::finished_command what;
    what.blocking = true;
    what.round_trip_ns = 5'000'000'000;
    auto const text = text_of(what);
    EXPECT_NE(text.find("\"blocked_us\":5000000.0"), std::string::npos) << text;
    EXPECT_EQ(text.find("rtt_us"), std::string::npos);
}

TEST(TapText, StaysJsonAndHarmlessWhateverAClientCallsItself)
{
    for (std::string_view const name :
         {hostile_text, std::string_view("a\\"), std::string_view("\"}\n\ndata: {\"x\":1}")}) {
        stats::finished_command what;
        what.client.name = name;
        what.queue = name;
        what.script = name;
        what.family = name;
        what.error = name;
        auto const text = text_of(what);
        EXPECT_EQ(text.find('\n'), text.size() - 2) << "it ended the event";
        EXPECT_EQ(text.find('\x1b'), std::string::npos);
        auto const json = text.substr(text.find('{'));
        boost::json::error_code bad;
        auto const parsed = boost::json::parse(json.substr(0, json.size() - 2), bad);
        ASSERT_FALSE(bad) << text;
        EXPECT_FALSE(parsed.as_object().contains("x"));
    }
}

}  // namespace
}  // namespace respguard::admin
