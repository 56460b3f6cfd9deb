#include <gtest/gtest.h>

#include "doctor/standing.hpp"
#include "unit/doctor/fixture.hpp"
#include "unit/doctor/hand_made.hpp"

namespace respguard::doctor {
namespace {

TEST(Standing, ErrorsOfTheDoorAndOfTheInside)
{
    EXPECT_TRUE(is_turned_away("DENIED Redis is running in protected mode"));
    EXPECT_TRUE(is_turned_away("ERR max number of clients reached"));
    EXPECT_FALSE(is_turned_away("NOAUTH x"));
    EXPECT_TRUE(is_after_login("LOADING x"));
    EXPECT_FALSE(is_after_login("NOAUTH x"));
    facts from;
    EXPECT_FALSE(was_turned_away(from));
    say(from, "AUTH", "-ERR max number of clients reached\r\n");
    EXPECT_TRUE(was_turned_away(from));
    EXPECT_TRUE(lacks_password(facts_of("redis-7.0.15-noauth")));
    EXPECT_FALSE(lacks_password(facts_of("redis-7.0.15-good")));
}

TEST(Standing, ModesOfEveryEngine)
{
    EXPECT_TRUE(is_sentinel(facts_of("redis-7.0.15-sentinel")));
    EXPECT_FALSE(is_sentinel(facts_of("redis-7.0.15-cluster")));
    EXPECT_TRUE(is_cluster(facts_of("redis-7.0.15-cluster")));
    EXPECT_TRUE(is_cluster(facts_of("valkey-8.0.1-cluster")));
    EXPECT_FALSE(is_cluster(facts_of("dragonfly-cache-emulated")));
    EXPECT_FALSE(is_cluster(facts_of("redis-7.0.15-good")));
}

TEST(Standing, PartsOfALine)
{
    EXPECT_EQ(part_of("name=m,status=ok", "status"), "ok");
    EXPECT_EQ(part_of("name=m", "nam"), "");
    EXPECT_EQ(part_of("", "name"), "");
    EXPECT_NE(advice_at_sentinel(with("redis_mode:sentinel\n")).find("the primary"),
              std::string::npos);
}

}  // namespace
}  // namespace respguard::doctor
