#include <gtest/gtest.h>

#include "doctor/check_functions.hpp"
#include "unit/doctor/hand_made.hpp"

namespace respguard::doctor {
namespace {

TEST(ChecksEngine, VersionAtItsEdges)
{
    EXPECT_EQ(verdict("engine.version", "redis_version:5.9.9\n"), "fail");
    EXPECT_EQ(verdict("engine.version", "redis_version:6.0.0\n"), "warn");
    EXPECT_EQ(verdict("engine.version", "redis_version:6.1.9\n"), "warn");
    EXPECT_EQ(verdict("engine.version", "redis_version:6.2.0\n"), "ok");
    EXPECT_EQ(verdict("engine.version", "redis_version:10.0.0\n"), "ok");
    EXPECT_EQ(verdict("engine.version", "redis_version:x\n"), "skip");
    EXPECT_EQ(verdict("engine.id", "redis_version:7.0.15\n"), "ok");
    EXPECT_EQ(verdict("engine.id", "garnet_version:1\n"), "warn");
    EXPECT_EQ(verdict("engine.id", "a:1\n"), "fail");
    EXPECT_EQ(verdict("engine.version", "redis_version:7.2.4\nvalkey_version:8.0.1\n"), "ok");
}

TEST(ChecksEngine, OnlyTheirOwnEngineIsJudged)
{
    for (auto const* const id :
         {"engine.upstash", "engine.elasticache", "engine.memurai", "engine.keydb"}) {
        EXPECT_EQ(verdict(id, "redis_version:7.0.15\n"), "none") << id;
    }
}

TEST(ChecksEngine, Upstash)
{
    EXPECT_EQ(verdict("engine.upstash", "upstash_version:1\n"), "warn");
    EXPECT_EQ(
        verdict("engine.upstash", "upstash_version:1\ntotal_data_size:81\nmax_data_size:100\n"),
        "fail");
    EXPECT_EQ(
        verdict("engine.upstash", "upstash_version:1\ntotal_data_size:80\nmax_data_size:100\n"),
        "warn");
    auto const told =
        engine_upstash(with("upstash_version:1\ntotal_data_size:80\nmax_data_size:100\n"));
    for (auto const* const words : {"80 B of 100 B in use", "region", "quota"})
        EXPECT_NE(told->message.find(words), std::string::npos) << told->message;
}

TEST(ChecksEngine, ElastiCacheFailsOnlyIfStrict)
{
    auto from = with("os:Amazon ElastiCache\nredis_version:6.2.5\n");
    EXPECT_EQ(verdict("engine.elasticache", from), "warn");
    from.strict = true;
    EXPECT_EQ(verdict("engine.elasticache", from), "fail");
}

TEST(ChecksEngine, MemuraiDeveloperStopsAfterTenDays)
{
    EXPECT_EQ(
        verdict("engine.memurai", "memurai_edition:Memurai Developer\nuptime_in_seconds:700000\n"),
        "fail");
    EXPECT_EQ(
        verdict("engine.memurai", "memurai_edition:Memurai Developer\nuptime_in_seconds:60\n"),
        "warn");
}

TEST(ChecksEngine, KeyDbActiveReplica)
{
    EXPECT_EQ(verdict("engine.keydb", "mvcc_depth:0\n", {{"active-replica", "yes"}}), "fail");
    EXPECT_EQ(verdict("engine.keydb", "mvcc_depth:0\n", {{"active-replica", "no"}}), "warn");
    EXPECT_EQ(verdict("engine.keydb",
                      "mvcc_depth:0\nconnected_slaves:1\nslave0:ip=h,state=online,lag=11\n"),
              "fail");
    EXPECT_NE(engine_keydb(with("mvcc_depth:0\nused_memory:1024\nused_memory_peak:4096\n"
                                "used_memory_rss:2048\n"))
                  ->message.find("4 KiB at most"),
              std::string::npos);
}

TEST(ChecksEngine, Resp3)
{
    auto const judged = [](std::string const& bytes) {
        facts from;
        say(from, "HELLO 3", bytes);
        return verdict("engine.resp3", from);
    };
    EXPECT_EQ(judged("%1\r\n+proto\r\n:3\r\n"), "ok");
    EXPECT_EQ(judged("-NOPROTO unsupported protocol version\r\n"), "warn");
    EXPECT_EQ(judged("-ERR unknown command `HELLO`\r\n"), "warn");
    EXPECT_EQ(judged("-NOAUTH x\r\n"), "skip");
    EXPECT_EQ(verdict("engine.resp3", facts{}), "skip");
}

TEST(ChecksEngine, AdviceForLuaNamesTheCause)
{
    std::string const question = "EVAL return redis.call('EXISTS','respguard:doctor:probe') 0";
    auto const advice = [&](std::string const& info, std::string const& bytes) {
        auto from = with(info);
        say(from, question, bytes);
        return lua_undeclared(from)->fix;
    };
    EXPECT_EQ(advice("a:1\n", "-NOPERM x\r\n"),
              "redis-cli ACL SETUSER <user> +eval +evalsha +script");
    EXPECT_EQ(advice("a:1\n", "-ERR x can't access at least one of the keys y\r\n"),
              "redis-cli ACL SETUSER <user> ~*");
    EXPECT_EQ(advice("dragonfly_version:1\n", "-ERR undeclared key\r\n"), "");
    EXPECT_NE(advice("cluster_enabled:1\n", "-ERR non local key\r\n").find("cluster mode"),
              std::string::npos);
    EXPECT_EQ(
        advice("redis_mode:sentinel\nmaster0:name=m,address=h:1\n", "-ERR unknown command\r\n"),
        "redis://h:1, the primary's address, instead of this one");
}

TEST(ChecksEngine, LuaRefusals)
{
    std::string const question = "EVAL return redis.call('EXISTS','respguard:doctor:probe') 0";
    auto const judged = [&](std::string const& bytes) {
        facts from;
        say(from, question, bytes);
        return verdict("lua.undeclared", from);
    };
    EXPECT_EQ(judged(":0\r\n"), "ok");
    EXPECT_EQ(verdict("lua.undeclared", facts{}), "skip");
    EXPECT_EQ(judged("-NOPERM x\r\n"), "warn");
    EXPECT_EQ(judged("-LOADING x\r\n"), "skip");
    EXPECT_EQ(judged("-ERR The user executing the script can't access at least one of the keys "
                     "mentioned in the command arguments\r\n"),
              "warn");
    EXPECT_EQ(judged("-ERR ACL failure in script: No permissions to access a key\r\n"), "warn");
    EXPECT_EQ(judged("-ERR script tried accessing undeclared key\r\n"), "fail");
    EXPECT_EQ(judged("-ERR Script attempted to access a non local key\r\n"), "fail");
}

}  // namespace
}  // namespace respguard::doctor
