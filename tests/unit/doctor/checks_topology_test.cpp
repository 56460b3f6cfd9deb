#include <gtest/gtest.h>

#include "doctor/check_functions.hpp"
#include "unit/doctor/fixture.hpp"
#include "unit/doctor/hand_made.hpp"

namespace respguard::doctor {
namespace {

TEST(ChecksTopology, ValkeysModeHasAnotherName)
{
    EXPECT_EQ(verdict("topology.mode", "server_mode:standalone\n"), "ok");
    EXPECT_EQ(verdict("topology.mode", "server_mode:cluster\n"), "fail");
    EXPECT_EQ(verdict("topology.mode", "dragonfly_version:1\ncluster_enabled:1\n"), "warn");
    EXPECT_EQ(verdict("topology.mode", "a:1\n"), "skip");
    EXPECT_EQ(verdict("topology.mode", "redis_mode:standalone\ncluster_enabled:1\n"), "fail");
}

TEST(ChecksTopology, SentinelTellsWhereThePrimaryIs)
{
    auto const found = topology_mode(facts_of("redis-7.0.15-sentinel"));
    EXPECT_NE(found->message.find("redis://127.0.0.1:7403"), std::string::npos);
    for (auto const* const id : {"topology.mode", "engine.id", "lua.undeclared"}) {
        EXPECT_EQ(find_check(id)->judge(facts_of("redis-7.0.15-sentinel"))->fix,
                  "redis://127.0.0.1:7403, the primary's address, instead of this one")
            << id;
    }
    EXPECT_EQ(verdict("sentinel.quorum", facts_of("redis-7.0.15-sentinel")), "ok");
    EXPECT_EQ(verdict("sentinel.quorum", facts_of("redis-7.0.15-good")), "none");
}

TEST(ChecksTopology, QuorumCanBeMissing)
{
    auto from =
        with("redis_mode:sentinel\nmaster0:name=m,status=ok,address=h:1,slaves=1,sentinels=2\n");
    EXPECT_EQ(verdict("sentinel.quorum", from), "skip");
    say(from, "SENTINEL CKQUORUM m", "+OK 2 usable\r\n");
    EXPECT_EQ(verdict("sentinel.quorum", from), "warn");
    say(from, "SENTINEL CKQUORUM m", "-NOQUORUM 1 usable\r\n");
    EXPECT_EQ(verdict("sentinel.quorum", from), "fail");
}

TEST(ChecksTopology, SentinelsBehindOneAddress)
{
    auto from = with("role:master\n");
    EXPECT_EQ(verdict("sentinel.client", from), "none");
    say(from, "PUBSUB NUMSUB __sentinel__:hello", "*2\r\n$18\r\n__sentinel__:hello\r\n:3\r\n");
    EXPECT_EQ(verdict("sentinel.client", from), "warn");
}

TEST(ChecksTopology, ReplicasAndTheirLag)
{
    EXPECT_EQ(verdict("ha.replicas", "connected_slaves:0\n"), "ok");
    auto const lagging = [](std::string const& lag) {
        return verdict("ha.replicas",
                       "connected_slaves:1\nslave0:ip=h,port=1,state=online,offset=1,lag=" + lag +
                           "\n");
    };
    EXPECT_EQ(lagging("5"), "ok");
    EXPECT_EQ(lagging("6"), "warn");
    EXPECT_EQ(lagging("31"), "fail");
    EXPECT_EQ(verdict("ha.replicas", "connected_slaves:1\nslave0:ip=h,state=wait_bgsave,lag=0\n"),
              "warn");
    EXPECT_EQ(verdict("ha.replicas", "a:1\n"), "skip");
    EXPECT_EQ(verdict("ha.min_replicas", "connected_slaves:0\n"), "none");
    EXPECT_EQ(verdict("ha.min_replicas", "connected_slaves:1\n"), "skip");
    EXPECT_EQ(verdict("ha.min_replicas", "connected_slaves:1\n", {{"min-replicas-to-write", "0"}}),
              "warn");
    EXPECT_EQ(verdict("ha.min_replicas", "connected_slaves:1\n", {{"min-replicas-to-write", "1"}}),
              "ok");
    EXPECT_NE(ha_min_replicas(with("connected_slaves:1\n", {{"min-replicas-to-write", "1"},
                                                            {"min-replicas-max-lag", "10"}}))
                  ->message.find("10 s behind"),
              std::string::npos);
    EXPECT_EQ(verdict("ha.link", "master_link_status:down\n"), "fail");
    EXPECT_EQ(verdict("ha.link", "master_link_status:up\n"), "ok");
    EXPECT_EQ(verdict("ha.link", "role:master\n"), "none");
}

TEST(ChecksTopology, WhatAReplicaHasNotGotIsTold)
{
    auto const from = with("connected_slaves:1\nmaster_repl_offset:3145728\n"
                           "slave0:ip=h,port=1,state=online,offset=0,lag=6\n");
    EXPECT_EQ(ha_replicas(from)->message, "1 connected, the slowest 6 s and 3 MiB behind");
}

TEST(ChecksTopology, RoleFallsBackToRole)
{
    auto from = with("a:1\n");
    EXPECT_EQ(verdict("topology.role", from), "skip");
    say(from, "ROLE", "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n");
    EXPECT_EQ(verdict("topology.role", from), "ok");
    EXPECT_EQ(verdict("topology.role", "role:replica\n"), "fail");
}

}  // namespace
}  // namespace respguard::doctor
