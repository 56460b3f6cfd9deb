#include "respguard/terminal/slowlog_lines.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace respguard::terminal {
namespace {

std::string slow_lines_of(std::string_view json)
{
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    return slowlog_lines(boost::json::parse(json).as_object());
}

TEST(SlowlogLines, SayWhatWasSlowAndWhereTheTimeWent)
{
    EXPECT_EQ(slow_lines_of(R"j({"id": 7, "unix_ms": 1763857865123, "rtt_us": 12400,
                                "command": "evalsha", "script": "moveToActive-11",
                                "arguments": ["EVALSHA", "(40 bytes)", "11", "bull:notify:wait"],
                                "client": "10.0.0.5:1", "name": "worker", "queue": "bull:notify",
                                "request_bytes": 900, "reply_bytes": 60, "outcome": "ok",
                                "where": "12 ms of 12.4 ms until the server's reply began"})j"),
              "2025-11-23 00:31:05      #7   12.4ms    900     60  worker  evalsha moveToActive-11 "
              "(40 bytes) 11 bull:notify:wait\n"
              "                     queue bull:notify; 12 ms of 12.4 ms until the server's reply "
              "began");
}

TEST(SlowlogLines, AreOneWithoutMoreToSay)
{
    EXPECT_EQ(slow_lines_of(R"({"id": 1, "command": "get", "family": "iam:*", "rtt_us": 20000,
                                "client": "10.0.0.5:1", "outcome": "error", "error": "ERR"})"),
              "1970-01-01 00:00:00      #1   20.0ms      0      0  10.0.0.5:1  get iam:* -> error "
              "ERR");
}

}  // namespace
}  // namespace respguard::terminal
