#include "respguard/doctor/target.hpp"

#include <gtest/gtest.h>

namespace respguard::doctor {
namespace {

TEST(Target, EmailEnginesDatabaseIsMeantIfNoneIsNamed)
{
    EXPECT_EQ(parse_target("redis://h")->db(), 8U);
    EXPECT_EQ(parse_target("redis://h/")->db(), 8U);
    EXPECT_EQ(parse_target("redis://h/0")->db(), 0U);
    EXPECT_EQ(parse_target("redis://:p@h:1/2")->db(), 2U);
    EXPECT_EQ(parse_target("unix:///run/r.sock")->db(), 8U);
    EXPECT_EQ(parse_target("unix:///run/r.sock?db=3")->db(), 3U);
    EXPECT_EQ(parse_target("127.0.0.1:6380")->url.where.port, 6380);
}

TEST(Target, OptionsThatEmailEngineTakesAreTaken)
{
    EXPECT_EQ(parse_target("redis://h?db=2")->db(), 2U);
    EXPECT_EQ(parse_target("redis://h/?family=4&db=0")->db(), 0U);
    EXPECT_EQ(parse_target("redis://h/3?db=2")->db(), 3U);
    EXPECT_EQ(parse_target("redis://h?family=6")->db(), 8U);
    EXPECT_EQ(parse_target("h:1?db=2")->db(), 2U);
    auto const at = parse_target("redis://h:6380/1?password=a+b%2Fc/d");
    ASSERT_TRUE(at);
    EXPECT_EQ(at->url.password, "a b/c/d");
    EXPECT_EQ(at->to_string(), "redis://:***@h:6380/1");
    EXPECT_EQ(parse_target("redis://:first@h?password=second")->url.password, "first");
    for (auto const* const bad : {"redis://h?tls=true", "redis://h?db=x", "redis://h?db=2#x",
                                  "redis://h?", "redis://h?password=hunter2@x"}) {
        auto const refused = parse_target(bad);
        ASSERT_FALSE(refused) << bad;
        EXPECT_EQ(refused.error().text.find("hunter2"), std::string::npos);
    }
}

TEST(Target, TextMasksThePassword)
{
    EXPECT_EQ(parse_target("redis://u:secret@h")->to_string(), "redis://u:***@h:6379/8");
    EXPECT_EQ(parse_target("redis://h/0")->to_string(), "redis://h:6379/0");
    EXPECT_EQ(parse_target("unix:///s?db=0")->to_string(), "unix:///s");
}

TEST(Target, RedisCliReachesIt)
{
    EXPECT_EQ(parse_target("redis://127.0.0.1")->redis_cli(), "redis-cli");
    EXPECT_EQ(parse_target("redis://:p@127.0.0.1")->redis_cli(), "redis-cli --askpass");
    EXPECT_EQ(parse_target("redis://default:p@localhost")->redis_cli(), "redis-cli --askpass");
    EXPECT_EQ(parse_target("redis://u:p@10.0.0.5:6380/2")->redis_cli(),
              "redis-cli -h 10.0.0.5 -p 6380 --user u --askpass");
    EXPECT_EQ(parse_target("unix:///run/r.sock")->redis_cli(), "redis-cli -s /run/r.sock");
}

TEST(Target, TlsAndSentinelAreUnderstoodButNotYetAsked)
{
    auto const tls = parse_target("rediss://:p@h:6380/1");
    ASSERT_TRUE(tls);
    EXPECT_EQ(tls->url.where.port, 6380);
    EXPECT_NE(tls->not_yet.find("TLS"), std::string::npos);
    auto const sentinel = parse_target("redis-sentinel://a:26379,b:26379/mymaster");
    ASSERT_TRUE(sentinel);
    EXPECT_EQ(sentinel->url.where.host, "a");
    EXPECT_FALSE(sentinel->not_yet.empty());
    EXPECT_FALSE(parse_target("redis-sentinel://a:26379"));
}

TEST(Target, ProblemsDoNotRepeatWhatMayBeAPassword)
{
    for (auto const* const bad :
         {"", "redis://", "rediss://:hunter2@h:x", "ftp://hunter2", "redis://:hunter2@h/x"}) {
        auto const at = parse_target(bad);
        ASSERT_FALSE(at) << bad;
        EXPECT_EQ(at.error().text.find("hunter2"), std::string::npos);
    }
}

}  // namespace
}  // namespace respguard::doctor
