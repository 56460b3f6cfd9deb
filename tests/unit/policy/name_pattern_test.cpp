#include <gtest/gtest.h>

#include <string>

#include "policy/name_pattern.hpp"

namespace respguard::policy {
namespace {

cover covers(std::string_view pattern, std::string_view command)
{
    return name_pattern::parse(pattern).value().covers(command::find(command));
}

bool matches(std::string_view pattern, std::string_view command, std::string_view name,
             std::string_view subcommand)
{
    request_facts facts;
    facts.command = command::find(command);
    facts.name = name;
    facts.subcommand = subcommand;
    return name_pattern::parse(pattern).value().matches(facts);
}

TEST(NamePattern, CoversTheNamedCommandOnly)
{
    EXPECT_EQ(covers("flushall", "flushall"), cover::always);
    EXPECT_EQ(covers("flushall", "flushdb"), cover::never);
    EXPECT_EQ(covers("flushall", "other"), cover::never);
    EXPECT_EQ(covers("config|set", "config|set"), cover::always);
    EXPECT_EQ(covers("config|set", "config|get"), cover::never);
    EXPECT_EQ(covers("config|set", "config"), cover::never);
    EXPECT_EQ(covers("config|set", "acl|setuser"), cover::never);
}

TEST(NamePattern, CoversAllSubcommandsOfABareContainer)
{
    for (auto const* name : {"config", "config|set", "config|get", "config|rewrite"}) {
        EXPECT_EQ(covers("config", name), cover::always) << name;
        EXPECT_EQ(covers("config|*", name), cover::always) << name;
    }
    EXPECT_EQ(covers("config", "client|list"), cover::never);
}

TEST(NamePattern, TakesGlobsOnBothSides)
{
    EXPECT_EQ(covers("flush*", "flushdb"), cover::always);
    EXPECT_EQ(covers("flush*", "other"), cover::depends);
    EXPECT_EQ(covers("cluster|addslots*", "cluster|addslotsrange"), cover::always);
    EXPECT_EQ(covers("cluster|addslots*", "cluster"), cover::depends);
    EXPECT_EQ(covers("cluster|addslots*", "cluster|info"), cover::never);
    EXPECT_EQ(covers("*|help", "acl|help"), cover::always);
    EXPECT_EQ(covers("*|help", "get"), cover::never);
    EXPECT_EQ(covers("*", "get"), cover::always);
    EXPECT_EQ(covers("*", "other"), cover::always);
}

TEST(NamePattern, MatchesUnknownNamesAsTheyWereSent)
{
    EXPECT_EQ(covers("ft.*", "other"), cover::depends);
    EXPECT_TRUE(matches("ft.*", "other", "FT.Search", ""));
    EXPECT_FALSE(matches("ft.*", "other", "JSON.SET", ""));
    EXPECT_TRUE(matches("json.set", "other", "JSON.SET", ""));
    EXPECT_TRUE(matches("json.set", "other", std::string_view("json.set\0x", 10), ""));
}

TEST(NamePattern, MatchesUnknownSubcommandsOfKnownContainers)
{
    EXPECT_EQ(covers("config|dump", "config"), cover::depends);
    EXPECT_TRUE(matches("config|dump", "config", "CONFIG", "Dump"));
    EXPECT_FALSE(matches("config|dump", "config", "CONFIG", "dumps"));
    EXPECT_FALSE(matches("config|dump", "config", "CONFIG", ""));
}

TEST(NamePattern, UnknownIsWhatTheTableDoesNotHave)
{
    EXPECT_EQ(covers("@unknown", "other"), cover::always);
    EXPECT_EQ(covers("@unknown", "get"), cover::never);
    EXPECT_EQ(covers("@unknown", "config|set"), cover::never);
    EXPECT_EQ(covers("@unknown", "config"), cover::depends);
    EXPECT_TRUE(matches("@unknown", "config", "config", "nope"));
    EXPECT_FALSE(matches("@unknown", "config", "config", ""));
}

TEST(NamePattern, TakesVeryLongNamesOnlyByAStar)
{
    std::string const name(129, 'a');
    EXPECT_FALSE(matches("a*", "other", name, ""));
    EXPECT_TRUE(matches("a*", "other", name.substr(1), ""));
    EXPECT_FALSE(matches("config|a*", "config", "config", name));
    EXPECT_EQ(covers("*", "other"), cover::always);
}

TEST(NamePattern, RefusesWhatWouldMatchNothing)
{
    EXPECT_EQ(name_pattern::parse("").error().text, "a command name is empty");
    EXPECT_EQ(name_pattern::parse("debug|sleep").error().text,
              "command 'debug' has no subcommands, so 'debug|sleep' would match nothing");
    EXPECT_FALSE(name_pattern::parse("ft.config|set").has_value());
    EXPECT_EQ(name_pattern::parse("config|").error().text,
              "command 'config|' lacks a name beside its '|'");
    EXPECT_FALSE(name_pattern::parse("|set").has_value());
    EXPECT_FALSE(name_pattern::parse("a[").has_value());
    EXPECT_FALSE(name_pattern::parse("config|a[").has_value());
    EXPECT_EQ(name_pattern::parse("@admins").error().text.substr(0, 62),
              "command class '@admins' is not known; there are @unknown, @key");
}

TEST(NamePattern, SaysWhenAnExactNameIsNotInTheTable)
{
    EXPECT_TRUE(name_pattern::parse("flushal")->is_exact_unknown());
    EXPECT_TRUE(name_pattern::parse("config|sett")->is_exact_unknown());
    EXPECT_FALSE(name_pattern::parse("flushall")->is_exact_unknown());
    EXPECT_FALSE(name_pattern::parse("flus*")->is_exact_unknown());
    EXPECT_FALSE(name_pattern::parse("@unknown")->is_exact_unknown());
}

}  // namespace
}  // namespace respguard::policy
