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
    EXPECT_EQ(verdict("conn.auth", facts{}), "skip");
}

TEST(ChecksConnection, Database)
{
    EXPECT_EQ(verdict("conn.db", hearing("SELECT 8", "+OK\r\n")), "ok");
    EXPECT_EQ(verdict("conn.db", hearing("SELECT 8", "-ERR DB index is out of range\r\n")), "fail");
    EXPECT_EQ(verdict("conn.db", facts{}), "skip");
}

TEST(ChecksConnection, Ping)
{
    for (auto const* const error : {"-MISCONF x\r\n", "-LOADING x\r\n", "-MASTERDOWN x\r\n"}) {
        EXPECT_EQ(verdict("conn.ping", hearing("PING", error)), "fail") << error;
    }
    EXPECT_EQ(verdict("conn.ping", hearing("PING", "-ERR odd\r\n")), "skip");
    facts silent;
    silent.answers["PING"] = {{}, "no answer within 2s"};
    EXPECT_EQ(verdict("conn.ping", silent), "fail");
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
