#include "respguard/doctor/engine.hpp"

#include <gtest/gtest.h>

#include "unit/doctor/fixture.hpp"
#include "unit/doctor/hand_made.hpp"

namespace respguard::doctor {
namespace {

TEST(Engine, ServiceAndEngineAreTwoThings)
{
    auto const who = identify(with(
        "os:Amazon ElastiCache\nserver_name:valkey\nvalkey_version:8.0.1\nredis_version:7.2.4\n"));
    EXPECT_EQ(who.name, "valkey");
    EXPECT_EQ(who.service, "elasticache");
    EXPECT_EQ(who.to_string(), "Valkey 8.0.1 at Amazon ElastiCache (redis 7.2.4 compatible)");
}

TEST(Engine, HostNameIsOnlyAHintAtTheService)
{
    auto from = with("redis_version:6.0.14\n");
    from.host = "X.redis.cache.windows.net";
    EXPECT_EQ(identify(from).name, "redis");
    EXPECT_EQ(identify(from).service, "azure");
}

TEST(Engine, GarnetsServerNameIsNotValkey)
{
    EXPECT_EQ(identify(facts_of("garnet")).name, "garnet");
}

TEST(Engine, AValueCannotMimicAField)
{
    EXPECT_EQ(identify(with("executable:/x/upstash_version:1\nredis_version:7.0.0\n")).name,
              "redis");
}

TEST(Engine, EveryNameHasANote)
{
    for (auto const& row : read_expected())
        EXPECT_EQ(note_of(row.engine).name, row.engine);
    EXPECT_EQ(note_of("nonsense").name, "unknown");
}

}  // namespace
}  // namespace respguard::doctor
