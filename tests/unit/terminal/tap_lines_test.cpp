#include "respguard/terminal/tap_lines.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace respguard::terminal {
namespace {

std::string tap_line_of(std::string_view json)
{
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    return tap_line(boost::json::parse(json).as_object());
}

TEST(TapLines, SayWhatAndHowLong)
{
    EXPECT_EQ(tap_line_of(R"({"unix_ms": 1763857865123, "client": "127.0.0.1:51234", "db": 0,
                              "command": "get", "family": "iam:*", "request_bytes": 31,
                              "reply_bytes": 5120, "rtt_us": 83.4, "outcome": "ok"})"),
              "00:31:05.123    83us    31  5.0K 127.0.0.1:51234    get iam:*");
}

TEST(TapLines, NameScriptQueueErrorAndRule)
{
    EXPECT_EQ(
        tap_line_of(R"({"unix_ms": 0, "client": "127.0.0.1:1", "name": "worker", "user": "ops",
                              "db": 8, "command": "evalsha", "script": "moveToActive-11",
                              "queue": "bull:notify", "family": "bull:*", "request_bytes": 900,
                              "reply_bytes": 60, "rtt_us": 1240, "outcome": "error",
                              "error": "OOM", "rule": "big"})"),
        "00:00:00.000  1.24ms   900    60 worker/ops@8       evalsha moveToActive-11 "
        "bull:notify -> error OOM [big]");
}

TEST(TapLines, PreferTheKeyToItsFamily)
{
    auto const line = tap_line_of(R"({"command": "get", "family": "iam:*", "key": "iam:7"})");
    EXPECT_TRUE(line.ends_with(" get iam:7")) << line;
}

TEST(TapLines, SayWhenTheTimeWentElsewhere)
{
    auto const line = tap_line_of(R"({"command": "get", "rtt_us": 8100, "behind_us": 7400,
                                      "transfer_us": 20})");
    EXPECT_TRUE(line.ends_with(" get (7.40ms behind other replies)")) << line;
}

TEST(TapLines, SayThatABlockingCommandWaited)
{
    auto const line = tap_line_of(R"({"command": "bzpopmin", "blocked_us": 5000000})");
    EXPECT_NE(line.find("  5.00s "), std::string::npos) << line;
    EXPECT_TRUE(line.ends_with(" bzpopmin (waited)")) << line;
}

TEST(TapLines, HaveAHeadWithTheSameColumns)
{
    EXPECT_EQ(tap_head().find("command"), tap_line_of(R"({"command": "get"})").find("get"));
}

}  // namespace
}  // namespace respguard::terminal
