#include <gtest/gtest.h>

#include "doctor/check_functions.hpp"
#include "unit/doctor/hand_made.hpp"

namespace respguard::doctor {
namespace {

TEST(ChecksServer, Clients)
{
    EXPECT_EQ(verdict("clients.headroom", "connected_clients:79\nmaxclients:100\n"), "ok");
    EXPECT_EQ(verdict("clients.headroom", "connected_clients:80\nmaxclients:100\n"), "warn");
    EXPECT_EQ(verdict("clients.headroom", "connected_clients:95\nmax_clients:100\n"), "fail");
    EXPECT_EQ(verdict("clients.headroom", "connected_clients:95\n"), "skip");
    EXPECT_EQ(verdict("clients.rejected", "rejected_connections:-1\n"), "skip");
    EXPECT_EQ(verdict("clients.rejected", "rejected_connections:3\n"), "warn");
    EXPECT_EQ(verdict("clients.outbuf", "client_output_buffer_limit_disconnections:1\n"), "warn");
    EXPECT_EQ(verdict("clients.rejected", "rejected_connections:0\n"), "ok");
    EXPECT_EQ(verdict("clients.outbuf", "client_output_buffer_limit_disconnections:0\n"), "ok");
    EXPECT_EQ(verdict("clients.outbuf", "a:1\n"), "skip");
    auto const limited = [](std::string const& pubsub) {
        return verdict("clients.outbuf", "a:1\n",
                       {{"client-output-buffer-limit", "normal 0 0 0 pubsub " + pubsub}});
    };
    EXPECT_EQ(limited("33554432 8388608 60"), "ok");
    EXPECT_EQ(limited("0 0 0"), "ok");
    EXPECT_EQ(limited("33554431 8388608 60"), "warn");
    EXPECT_EQ(limited("33554432 8388607 60"), "warn");
    EXPECT_EQ(limited("x"), "skip");
}

TEST(ChecksServer, Errors)
{
    EXPECT_EQ(verdict("server.errors", "# Errorstats\nerrorstat_WRONGTYPE:count=9\n"), "ok");
    EXPECT_EQ(verdict("server.errors", "# Errorstats\nerrorstat_READONLY:count=9\n"), "warn");
    EXPECT_EQ(verdict("server.errors", "a:1\n"), "skip");
    EXPECT_EQ(verdict("server.loading", "loading:1\nloading_eta_seconds:5\n"), "fail");
    EXPECT_EQ(verdict("server.loading", "loading:0\n"), "ok");
    EXPECT_EQ(verdict("server.loading", "a:1\n"), "skip");
}

TEST(ChecksServer, SlowCommandsOfTheLastHour)
{
    auto from = with("server_time_usec:2000000000000000\n");
    EXPECT_EQ(verdict("server.slow", from), "skip");
    auto const entry = [&](std::string const& when, std::string const& usec) {
        say(from, "SLOWLOG GET 10",
            "*1\r\n*4\r\n:1\r\n:" + when + "\r\n:" + usec + "\r\n*1\r\n+GET\r\n");
        return verdict("server.slow", from);
    };
    EXPECT_EQ(entry("2000000000", "9999"), "ok");
    EXPECT_EQ(entry("2000000000", "50000"), "warn");
    EXPECT_EQ(entry("2000000000", "200000"), "fail");
    EXPECT_EQ(entry("1999990000", "200000"), "ok");
    say(from, "LATENCY LATEST", "*1\r\n*4\r\n+fork\r\n:2000000000\r\n:60\r\n:900\r\n");
    EXPECT_EQ(entry("2000000000", "50000"), "warn");
    EXPECT_NE(find_check("server.slow")->judge(from)->message.find("the event fork took 60 ms"),
              std::string::npos);
    EXPECT_EQ(entry("2000000000", "200000"), "fail");
}

TEST(ChecksServer, SilenceOfASlowLogThatIsOffProvesNothing)
{
    auto const quiet = [](std::string const& threshold) {
        auto from = with("a:1\n", {{"slowlog-log-slower-than", threshold}});
        say(from, "SLOWLOG GET 10", "*0\r\n");
        return server_slow(from);
    };
    EXPECT_EQ(quiet("-1")->what, status::skip);
    EXPECT_NE(quiet("-1")->fix.find("slowlog-log-slower-than 10000"), std::string::npos);
    EXPECT_EQ(quiet("10000")->message, "no command over 10 ms in the last hour");
    EXPECT_EQ(quiet("0")->message, "no command over 10 ms in the last hour");
    EXPECT_EQ(quiet("100000")->message, "no command over 100 ms in the last hour");
}

TEST(ChecksServer, Queues)
{
    facts from;
    from.command_limit_bytes = 1'000;
    for (auto const* const id : {"queue.version", "queue.backlog", "queue.blobs"})
        EXPECT_EQ(verdict(id, from), "none");
    from.application.queues_denied = "NOPERM";
    from.application.messages_denied = "NOPERM";
    for (auto const* const id : {"queue.version", "queue.backlog", "queue.blobs"})
        EXPECT_EQ(verdict(id, from), "skip");
    from.application.queues = {{"notify", "bullmq:6", 999, 0, 0, 0},
                               {"submit", "bullmq:6", 0, 0, 0, 0}};
    EXPECT_EQ(verdict("queue.version", from), "ok");
    EXPECT_EQ(verdict("queue.backlog", from), "ok");
    from.application.queues[0].waiting = 1'000;
    EXPECT_EQ(verdict("queue.backlog", from), "warn");
    from.application.queues[1].waiting = 10'000;
    EXPECT_EQ(verdict("queue.backlog", from), "fail");
    from.application.queues[1].version = "bullmq:5";
    EXPECT_EQ(verdict("queue.version", from), "warn");
    from.application.largest_message_bytes = 5'000;
    EXPECT_EQ(verdict("queue.blobs", from), "ok");
    auto upstash = with("upstash_version:1\n");
    upstash.command_limit_bytes = 1'000;
    upstash.application.largest_message_bytes = 1'000;
    EXPECT_EQ(verdict("queue.blobs", upstash), "fail");
}

TEST(ChecksServer, LimitThatWasTried)
{
    facts from;
    from.command_limit_bytes = 1'048'576;
    from.over_limit = answer{decode_reply(":1\r\n"), {}};
    EXPECT_EQ(verdict("queue.blobs", from), "ok");
    from.over_limit = answer{decode_reply("-ERR max request size exceeded\r\n"), {}};
    EXPECT_EQ(verdict("queue.blobs", from), "fail");
    from.over_limit = answer{decode_reply("-NOPERM x\r\n"), {}};
    EXPECT_EQ(verdict("queue.blobs", from), "skip");
    from.over_limit = answer{{}, "the server closed the connection"};
    EXPECT_EQ(verdict("queue.blobs", from), "fail");
}

}  // namespace
}  // namespace respguard::doctor
