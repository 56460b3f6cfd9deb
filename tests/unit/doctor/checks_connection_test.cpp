#include <gtest/gtest.h>

#include "doctor/check_functions.hpp"
#include "unit/doctor/hand_made.hpp"

namespace respguard::doctor {
namespace {

facts hearing(std::string const& question, std::string const& bytes)
{
    facts out;
    out.db = 8;
    say(out, question, bytes);
    return out;
}

TEST(ChecksConnection, Reach)
{
    facts from;
    EXPECT_EQ(verdict("conn.reach", from), "ok");
    from.connect_failure = "Connection refused";
    EXPECT_EQ(verdict("conn.reach", from), "fail");
}

TEST(ChecksConnection, Auth)
{
    EXPECT_EQ(verdict("conn.auth", hearing("PING", "+PONG\r\n")), "ok");
    EXPECT_EQ(verdict("conn.auth", hearing("PING", "-NOAUTH x\r\n")), "fail");
    EXPECT_EQ(verdict("conn.auth", hearing("AUTH", "-WRONGPASS x\r\n")), "fail");
    EXPECT_EQ(
        verdict("conn.auth",
                hearing("AUTH", "-ERR AUTH <password> called without any password configured\r\n")),
        "warn");
    EXPECT_EQ(verdict("conn.auth", hearing("AUTH", "+OK\r\n")), "ok");
    EXPECT_EQ(verdict("conn.auth", facts{}), "skip");
}

TEST(ChecksConnection, NobodyWasLetInIsNoPass)
{
    for (auto const* const door :
         {"-DENIED Redis is running in protected mode\r\n",
          "-ERR max number of clients reached\r\n", "-ERR odd\r\n", "+OK\r\n"}) {
        EXPECT_EQ(verdict("conn.auth", hearing("PING", door)), "skip") << door;
    }
    EXPECT_EQ(verdict("conn.auth", hearing("AUTH", "-DENIED x\r\n")), "skip");
    for (auto const* const inside : {"-MISCONF x\r\n", "-LOADING x\r\n", "-MASTERDOWN x\r\n",
                                     "-BUSY x\r\n", "-NOPERM x\r\n"}) {
        EXPECT_EQ(verdict("conn.auth", hearing("PING", inside)), "ok") << inside;
    }
}

TEST(ChecksConnection, TheDoorSaysWhatToDo)
{
    auto const denied = hearing("PING", "-DENIED Redis is running in protected mode\r\n");
    EXPECT_EQ(conn_ping(denied)->what, status::fail);
    EXPECT_NE(conn_ping(denied)->fix.find("requirepass"), std::string::npos);
    auto full = hearing("PING", "-ERR max number of clients reached\r\n");
    say(full, "INFO", "-ERR max number of clients reached\r\n");
    EXPECT_EQ(conn_ping(full)->what, status::fail);
    EXPECT_NE(conn_ping(full)->fix.find("raise maxclients"), std::string::npos);
    EXPECT_EQ(verdict("access.info", full), "skip");
    EXPECT_EQ(verdict("engine.id", full), "skip");
}

TEST(ChecksConnection, AMissingPasswordIsOneCause)
{
    auto from = hearing("PING", "-NOAUTH x\r\n");
    say(from, "INFO", "-NOAUTH x\r\n");
    for (auto const* const id : {"conn.ping", "access.info", "engine.id"}) {
        auto const found = find_check(id)->judge(from);
        EXPECT_EQ(found->what, status::fail) << id;
        EXPECT_EQ(found->fix, "the password: see conn.auth") << id;
    }
    EXPECT_EQ(access_info(hearing("INFO", "-NOPERM x\r\n"))->fix, "");
}

TEST(ChecksConnection, Database)
{
    EXPECT_EQ(verdict("conn.db", hearing("SELECT 8", "+OK\r\n")), "ok");
    EXPECT_EQ(verdict("conn.db", hearing("SELECT 8", "-ERR DB index is out of range\r\n")), "fail");
    EXPECT_EQ(verdict("conn.db", facts{}), "skip");
    EXPECT_EQ(conn_db(hearing("SELECT 8", "-NOPERM x\r\n"))->fix,
              "redis-cli ACL SETUSER <user> +select");
    auto cluster = with("cluster_enabled:1\n", {{"databases", "1"}});
    cluster.db = 8;
    say(cluster, "SELECT 8", "-ERR SELECT is not allowed in cluster mode\r\n");
    EXPECT_NE(conn_db(cluster)->fix.find("without cluster mode"), std::string::npos);
    EXPECT_NE(conn_db(cluster)->message.find("`databases` is 1"), std::string::npos);
    auto sentinel = with("redis_mode:sentinel\n");
    sentinel.db = 8;
    say(sentinel, "SELECT 8", "-ERR unknown command 'SELECT'\r\n");
    EXPECT_EQ(verdict("conn.db", sentinel), "skip");
}

TEST(ChecksConnection, Ping)
{
    for (auto const* const error : {"-MISCONF x\r\n", "-LOADING x\r\n", "-MASTERDOWN x\r\n"}) {
        EXPECT_EQ(verdict("conn.ping", hearing("PING", error)), "fail") << error;
    }
    EXPECT_EQ(verdict("conn.ping", hearing("PING", "-ERR odd\r\n")), "skip");
    EXPECT_EQ(verdict("conn.ping", hearing("PING", "+PONG\r\n")), "ok");
    EXPECT_EQ(verdict("conn.ping", hearing("PING", "+OK\r\n")), "fail");
    EXPECT_EQ(verdict("conn.ping", hearing("PING", ":1\r\n")), "fail");
    facts silent;
    silent.answers["PING"] = {{}, "no answer within 2s"};
    EXPECT_EQ(verdict("conn.ping", silent), "fail");
    EXPECT_NE(conn_ping(silent)->fix.find("T in ps"), std::string::npos);
    EXPECT_EQ(verdict("engine.id", silent), "skip");
    silent.answers["PING"] = {{}, "not a Redis: this port wants TLS"};
    EXPECT_NE(conn_ping(silent)->fix.find("host and port"), std::string::npos);
    EXPECT_EQ(verdict("engine.id", silent), "fail");
}

TEST(ChecksConnection, Access)
{
    EXPECT_EQ(verdict("access.info", hearing("INFO", "-NOPERM x\r\n")), "fail");
    EXPECT_EQ(verdict("access.info", facts{}), "skip");
    EXPECT_EQ(verdict("access.config", hearing("CONFIG GET save", "-NOPERM x\r\n")), "skip");
    EXPECT_EQ(verdict("access.config", hearing("CONFIG GET save", "*0\r\n")), "ok");
}

TEST(ChecksConnection, WhatLocalClientsMay)
{
    std::string const name = "enable-debug-command";
    EXPECT_EQ(verdict("access.local", "", {{name, "no"}}), "ok");
    EXPECT_EQ(verdict("access.local", "", {{name, "local"}}), "warn");
    EXPECT_EQ(verdict("access.local", "", {{name, "no"}, {"enable-module-command", "yes"}}),
              "warn");
    EXPECT_EQ(verdict("access.local", hearing("CONFIG GET " + name, "*0\r\n")), "none")
        << "older than Redis 7";
}

}  // namespace
}  // namespace respguard::doctor
