#include "respguard/terminal/stats_summary.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <sstream>

namespace respguard::terminal {
namespace {

boost::json::object some_stats()
{
    return boost::json::parse(R"({
        "version": {"version": "0.1.0"}, "uptime_ms": 245000, "ready": false,
        "ready_why": "draining soon", "listeners": ["127.0.0.1:6380", "unix:/s"],
        "upstream": "redis://127.0.0.1:6379", "upstream_up": true,
        "now": {"client_connections": 12, "inflight_commands": 3},
        "totals": {"calls": 123456, "errors": 2, "rtt_us": {"p50": 83.5, "p99": 1240}},
        "commands": [
          {"command": "get", "calls": 100000, "errors": 0, "rtt_us": {"count": 9, "p50": 80}},
          {"command": "bzpopmin", "calls": 4, "blocked_us": {"count": 4, "p50": 5000000}},
          {"command": "set", "calls": 1}],
        "where": {"avg_words": "90 us: 60 us in the server", "p99_words": "1.2 ms: 1 ms behind"},
        "scripts": [{"script": "moveToActive-11", "calls": 7, "request_bytes_max": 2048}],
        "queues": [{"queue": "notify", "calls": 9, "workers_lost_ms": 16000, "blocked_ms": 61000}],
        "errors": [{"error": "OOM", "command": "set", "count": 2}]})")
        .as_object();
}

TEST(StatsSummary, SaysWhatIsGoingOn)
{
    auto const text = stats_summary(some_stats(), 80, 2);
    for (std::string const part :
         {"guard     0.1.0, up 4m05s, not ready: draining soon\n",
          "path      127.0.0.1:6380, unix:/s -> redis://127.0.0.1:6379 (answers)\n",
          "now       12 clients, 0 held, 3 in flight", "so far    123k commands, 2 errors",
          "p50 84us", "p99 1.24ms", "OOM",
          "lately    average 90 us: 60 us in the server\n          slowest 1 % 1.2 ms: 1 ms "
          "behind\n",
          "LOST      queue notify has no workers any more, the last sign was 16s ago\n",
          "\nscript ", "\nmoveToActive-11", "2.0K", "\nqueue ", "\nnotify ", "1m01s"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    }
    EXPECT_EQ(text.find("\nset "), std::string::npos) << "only so many rows";
}

TEST(StatsSummary, ShowsHowLongBlockingCommandsWaited)
{
    EXPECT_NE(stats_summary(some_stats(), 80, 9).find("5.00s"), std::string::npos);
}

TEST(StatsSummary, KeepsItsTablesAsNarrowAsAsked)
{
    std::istringstream in(stats_summary(some_stats(), 60, 9));
    std::size_t line_number = 0;
    for (std::string line; std::getline(in, line); ++line_number) {
        if (line_number <= 8) continue;
        EXPECT_LE(line.size(), 60U) << line;
    }
    EXPECT_GT(line_number, 9U);
}

TEST(StatsSummary, CanBeMadeOfNothing) { EXPECT_FALSE(stats_summary({}, 80, 9).empty()); }

}  // namespace
}  // namespace respguard::terminal
