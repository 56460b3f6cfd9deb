#include <gtest/gtest.h>

#include "doctor/advice.hpp"
#include "unit/doctor/hand_made.hpp"

namespace respguard::doctor {
namespace {

constexpr char const* fix =
    "redis-cli CONFIG SET tcp-keepalive 300 && redis-cli CONFIG REWRITE, then "
    "restart EmailEngine";

TEST(Advice, ReachesThisServer)
{
    auto from = with("config_file:/etc/redis.conf\n");
    from.redis_cli = "redis-cli -p 1 --askpass";
    EXPECT_EQ(advice_for(from, fix),
              "redis-cli -p 1 --askpass CONFIG SET tcp-keepalive 300 && redis-cli -p 1 --askpass "
              "CONFIG REWRITE, then restart EmailEngine");
    EXPECT_EQ(advice_for(from, "wait"), "wait");
}

TEST(Advice, NothingIsRewrittenWithoutAFile)
{
    EXPECT_EQ(
        advice_for(with("config_file:\n"), fix),
        "redis-cli CONFIG SET tcp-keepalive 300; the server has no file: put it into its command "
        "line, too, then restart EmailEngine");
    EXPECT_NE(advice_for(with("a:1\n"), fix).find("REWRITE"), std::string::npos);
}

TEST(Advice, WhereConfigIsRefused)
{
    auto const advised = [](std::string const& info, std::string const& refusal) {
        auto from = with(info);
        say(from, "CONFIG GET save", refusal);
        return advice_for(from, fix);
    };
    EXPECT_EQ(advised("os:Amazon ElastiCache\n", "-ERR unknown command 'CONFIG'\r\n"),
              "set tcp-keepalive 300 in the service's parameter group or console, then restart "
              "EmailEngine");
    EXPECT_EQ(
        advised("config_file:/a\n", "-ERR unknown command 'CONFIG'\r\n"),
        "set tcp-keepalive 300 in redis.conf and restart the server, then restart EmailEngine");
    EXPECT_EQ(
        advised("config_file:/a\n", "-NOPERM x\r\n"),
        "as an administrator: redis-cli CONFIG SET tcp-keepalive 300, then restart EmailEngine");
    EXPECT_EQ(advised("config_file:/a\n", "-LOADING x\r\n"), fix);
}

}  // namespace
}  // namespace respguard::doctor
