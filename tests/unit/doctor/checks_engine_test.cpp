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
    EXPECT_EQ(judged("-ERR script tried accessing undeclared key\r\n"), "fail");
    EXPECT_EQ(judged("-ERR Script attempted to access a non local key\r\n"), "fail");
}

}  // namespace
}  // namespace respguard::doctor
