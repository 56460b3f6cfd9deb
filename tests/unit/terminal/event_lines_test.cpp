#include "respguard/terminal/event_lines.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace respguard::terminal {
namespace {

std::string line_of(std::string_view json)
{
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    return event_line(boost::json::parse(json).as_object());
}

TEST(EventLines, SayWhoDidWhatAndWhichRule)
{
    EXPECT_EQ(line_of(R"({"id": 17, "unix_ms": 1763857865123, "type": "rule_hit", "rule": "flush",
                          "action": "reject", "command": "flushall", "client": "10.0.0.5:51234",
                          "name": "cleanup", "user": "ops", "db": 8, "reason": "use UNLINK",
                          "request_bytes": 18, "left_out": 3})"),
              "2025-11-23 00:31:05  rule_hit       reject flush: flushall of 18 bytes, from "
              "10.0.0.5:51234 (cleanup, user ops, db 8): use UNLINK [3 more like it not told]");
}

TEST(EventLines, OfTheGuardItselfHaveAReasonOnly)
{
    EXPECT_EQ(line_of(R"({"id": 1, "unix_ms": 0, "type": "upstream_lost", "reason": "refused"})"),
              "1970-01-01 00:00:00  upstream_lost  refused");
    EXPECT_EQ(line_of(R"({"id": 1, "type": "of_next_year"})"),
              "1970-01-01 00:00:00  of_next_year   ");
}

}  // namespace
}  // namespace respguard::terminal
