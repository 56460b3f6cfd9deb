#include "respguard/doctor/facts.hpp"

#include <gtest/gtest.h>

#include "unit/doctor/fixture.hpp"

namespace respguard::doctor {
namespace {

TEST(Facts, InfoIsReadByExactName)
{
    auto const from = facts_of("redis-7.0.15-good");
    EXPECT_EQ(from.info("redis_version"), "7.0.15");
    EXPECT_EQ(from.info_number("used_memory"), 2'077'280);
    EXPECT_FALSE(from.info("version"));
    EXPECT_TRUE(from.has_info_section("Errorstats"));
    EXPECT_FALSE(from.info_number("used_memory_human"));
}

TEST(Facts, DragonflysUnderscoresAreItsDashes)
{
    EXPECT_EQ(facts_of("dragonfly-ok").config("tcp-keepalive"), "300");
}

TEST(Facts, DeniedSaysWhy)
{
    auto const from = facts_of("redis-7.0.15-acl-no-dangerous");
    EXPECT_TRUE(from.denied("CONFIG GET save").starts_with("NOPERM"));
    EXPECT_EQ(from.denied("NEVER"), "not asked");
    EXPECT_EQ(facts_of("dragonfly-ok").denied("CONFIG GET save"), "the server has none");
    EXPECT_FALSE(from.config("save"));
}

TEST(Facts, HelloIsTheSecondSource)
{
    auto const from = facts_of("redis-7.0.15-acl-no-dangerous");
    EXPECT_EQ(from.hello("version"), "7.0.15");
    EXPECT_TRUE(facts_of("memorystore").hello_modules_mention("google"));
    EXPECT_FALSE(from.hello_modules_mention("google"));
}

TEST(Facts, DenialsAreTold)
{
    EXPECT_TRUE(is_denial("NOPERM x"));
    EXPECT_TRUE(is_denial("ERR unknown command `HELLO`"));
    EXPECT_TRUE(is_denial("ERR Unknown subcommand"));
    EXPECT_FALSE(is_denial("LOADING x"));
    EXPECT_FALSE(is_denial("ERR wrong number"));
}

TEST(Facts, HostileBytesAreNotPrinted)
{
    EXPECT_EQ(printable("a\x1b[31m").find('\x1b'), std::string::npos);
    EXPECT_EQ(printable(std::string(500, 'x'), 10), "xxxxxxxxxx...");
}

}  // namespace
}  // namespace respguard::doctor
