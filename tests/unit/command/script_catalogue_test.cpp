#include "respguard/command/script_catalogue.hpp"

#include <gtest/gtest.h>

#include <string>

namespace respguard::command {
namespace {

TEST(ScriptCatalogue, KnowsBullmqsScripts)
{
    EXPECT_EQ(builtin_script_name("8eb09338a4d68a0d75605cdbcaec70765c6b3a73"), "moveToActive");
    EXPECT_EQ(builtin_script_name("cc54ad919f8d93cefbdeab649e1c7480dfeae3c6"), "moveToFinished");
}

TEST(ScriptCatalogue, DoesNotKnowOthers)
{
    EXPECT_EQ(builtin_script_name("0000000000000000000000000000000000000000"), "");
    EXPECT_EQ(builtin_script_name("ffffffffffffffffffffffffffffffffffffffff"), "");
    EXPECT_EQ(builtin_script_name(""), "");
}

TEST(ScriptName, IsWhatTheScriptCallsItself)
{
    EXPECT_EQ(script_name_in("--[[\n  Script: z-set.lua\n  Sets a value\n]]\nreturn 1"), "z-set");
    EXPECT_EQ(script_name_in("#!lua name=mylib\nredis.register_function('f', f)"), "mylib");
}

TEST(ScriptName, FindsAnotherVersionOfABullmqScript)
{
    EXPECT_EQ(script_name_in("--[[\n  Move next job to be\n processed to active, and more\n]]\n"),
              "moveToActive");
}

TEST(ScriptName, IsElseHowItBegins)
{
    EXPECT_EQ(script_name_in("-- take one token from the bucket\nreturn 1"),
              "take one token from the");
    EXPECT_EQ(script_name_in("return redis.call('get', KEYS[1])"),
              "return redis.call('get', KEYS[1])");
    EXPECT_EQ(script_name_in(""), "");
}

TEST(ScriptName, HoldsNoValue)
{
    EXPECT_EQ(script_name_in("return 'secret'"), "return ''");
    EXPECT_EQ(script_name_in("redis.call(\"SET\", 'secret', \"sec'ret\")"),
              "redis.call(\"SET\", '', \"\")");
    EXPECT_EQ(script_name_in("return 'a\\'secret'"), "return ''");
    EXPECT_EQ(script_name_in("return 'secret"), "return '");
    EXPECT_EQ(script_name_in("return [[secret]]"), "return [");
    EXPECT_EQ(script_name_in("return 'a\\"), "return '");
}

TEST(ScriptName, IsShortAndPrintable)
{
    EXPECT_EQ(script_name_in(std::string(300, 'x')).size(), script_name_max);
    EXPECT_EQ(script_name_in("a\x1b[31m"), "a?[31m");
}

TEST(ScriptName, IsTheDigestIfNothingElseIsKnown)
{
    EXPECT_EQ(short_script_name("8EB09338a4d68a0d75605cdbcaec70765c6b3a73"), "8eb09338");
}

TEST(ScriptCatalogue, KnowsWhichNamesAreCode)
{
    EXPECT_TRUE(is_named_by_code("return 1"));
    EXPECT_TRUE(is_named_by_code("\n  local x = 1"));
    EXPECT_TRUE(is_named_by_code("#!lua\nreturn 1"));
    EXPECT_FALSE(is_named_by_code("#!lua name=mine\nreturn 1"));
    EXPECT_FALSE(is_named_by_code("-- a comment\nreturn 1"));
    EXPECT_FALSE(is_named_by_code(""));
    EXPECT_TRUE(is_builtin_script_name("moveToActive"));
    EXPECT_FALSE(is_builtin_script_name("moveTo"));
}

}  // namespace
}  // namespace respguard::command
