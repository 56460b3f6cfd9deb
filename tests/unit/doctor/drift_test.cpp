#include "respguard/doctor/drift.hpp"

#include <gtest/gtest.h>

#include "unit/doctor/hand_made.hpp"

namespace respguard::doctor {
namespace {

using clock = drift_watch::clock;

clock::time_point at(int seconds)
{
    return clock::time_point(std::chrono::seconds(1'000 + seconds));
}

std::string base(std::string const& more = "")
{
    return "run_id:a\nredis_version:7.0.15\nrole:master\nmaxmemory_policy:noeviction\nmaxmemory:"
           "1000\n"
           "used_memory:100\nconnected_slaves:0\nevicted_keys:0\n" +
           more;
}

TEST(Drift, TellsOnceWithOldAndNew)
{
    drift_watch watch;
    EXPECT_TRUE(watch.look(with(base()), at(0)).empty());
    EXPECT_TRUE(watch.look(with(base()), at(60)).empty());
    auto text = base();
    text.replace(text.find("noeviction"), 10, "allkeys-lru");
    auto const seen = watch.look(with(text), at(120));
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].type, "drift.maxmemory_policy");
    EXPECT_EQ(seen[0].text, "maxmemory-policy changed from noeviction to allkeys-lru");
    EXPECT_EQ(seen[0].fields[2].second, "1060000");
    EXPECT_TRUE(watch.look(with(text), at(180)).empty());
    EXPECT_EQ(watch.look(with(base()), at(240)).size(), 1U);
}

TEST(Drift, WatchesEverySetting)
{
    std::map<std::string, std::string> const before{
        {"tcp-keepalive", "300"}, {"save", "900 1"}, {"appendonly", "no"}};
    std::map<std::string, std::string> const after{
        {"tcp-keepalive", "0"}, {"save", ""}, {"appendonly", "yes"}};
    drift_watch watch;
    (void)watch.look(with(base(), before), at(0));
    std::string types;
    auto const changed =
        "run_id:b\nredis_version:7.2.0\nrole:slave\nmaxmemory_policy:x\nmaxmemory:2000\n"
        "used_memory:100\nconnected_slaves:1\nevicted_keys:0\n";
    for (auto const& each : watch.look(with(changed, after), at(1)))
        types += each.type.substr(6) + " ";
    EXPECT_EQ(
        types,
        "restart version role maxmemory_policy maxmemory tcp_keepalive save appendonly replicas ");
}

TEST(Drift, WhatCannotBeReadIsNoChange)
{
    drift_watch watch;
    (void)watch.look(with(base(), {{"save", "900 1"}}), at(0));
    EXPECT_TRUE(watch.look(with(""), at(1)).empty());
    EXPECT_TRUE(watch.look(with(base(), {{"save", "900 1"}}), at(2)).empty());
}

TEST(Drift, EvictionIsToldOnceWhileItGoesOn)
{
    auto const evicted = [](int count) {
        return with("evicted_keys:" + std::to_string(count) + "\n");
    };
    drift_watch watch;
    EXPECT_TRUE(watch.look(evicted(5), at(0)).empty());
    EXPECT_EQ(watch.look(evicted(9), at(1)).size(), 1U);
    EXPECT_TRUE(watch.look(evicted(12), at(2)).empty());
    for (int i = 3; i < 8; ++i)
        EXPECT_TRUE(watch.look(evicted(12), at(i)).empty());
    EXPECT_EQ(watch.look(evicted(13), at(4)).size(), 1U);
    EXPECT_TRUE(watch.look(evicted(0), at(5)).empty());
}

TEST(Drift, MemoryHasHysteresis)
{
    auto const used = [](int share) {
        return with("used_memory:" + std::to_string(share) + "\nmaxmemory:1000\n");
    };
    drift_watch watch;
    EXPECT_TRUE(watch.look(used(799), at(0)).empty());
    auto const crossed = watch.look(used(812), at(1));
    EXPECT_EQ(crossed.at(0).text, "memory use is 81 %, over 80 %");
    EXPECT_EQ(crossed[0].fields[0].second, "80 %");
    EXPECT_EQ(crossed[0].fields[1].second, "81 %");
    EXPECT_EQ(crossed[0].fields[3].second, "1000000");
    EXPECT_TRUE(watch.look(used(790), at(2)).empty());
    EXPECT_TRUE(watch.look(used(801), at(3)).empty());
    EXPECT_EQ(watch.look(used(960), at(4)).size(), 1U);
    EXPECT_EQ(watch.look(used(700), at(5)).size(), 1U);
}

TEST(Drift, MemoryIsThatOfAHostedPlan)
{
    auto const used = [](int size) {
        return with("max_data_size:100\ntotal_data_size:" + std::to_string(size) + "\n");
    };
    drift_watch watch;
    EXPECT_TRUE(watch.look(used(70), at(0)).empty());
    EXPECT_EQ(watch.look(used(85), at(1)).size(), 1U);
}

TEST(Drift, AnotherProcessNeedNotBeARestart)
{
    drift_watch watch;
    (void)watch.look(with("run_id:a\n"), at(0));
    EXPECT_NE(watch.look(with("run_id:b\n"), at(1)).at(0).text.find("failover"), std::string::npos);
}

TEST(Drift, RoundTripMustStay)
{
    auto const pinging = [](int us) {
        facts out;
        out.rtt.pings.assign(5, std::chrono::microseconds(us));
        return out;
    };
    drift_watch watch;
    for (int i = 0; i < 2; ++i)
        EXPECT_TRUE(watch.look(pinging(2'000), at(i)).empty());
    EXPECT_TRUE(watch.look(pinging(200), at(2)).empty());
    for (int i = 0; i < 2; ++i)
        EXPECT_TRUE(watch.look(pinging(2'000), at(i)).empty());
    auto const slow = watch.look(pinging(2'000), at(5));
    EXPECT_EQ(slow.at(0).type, "drift.rtt");
    EXPECT_EQ(slow[0].text, "the round trip is 2.00 ms, over 1.00 ms");
    EXPECT_EQ(slow[0].fields[0].second, "0.20 ms");
    EXPECT_TRUE(watch.look(pinging(2'000), at(6)).empty());
}

TEST(Drift, SwingingAboveALimitIsOverIt)
{
    level seen({1, 5}, 0.8, 3);
    EXPECT_FALSE(seen.update(2));
    EXPECT_FALSE(seen.update(6));
    EXPECT_EQ(seen.update(2), 0);
    EXPECT_EQ(seen.now(), 1);
    EXPECT_EQ(seen.crossed_since(0), 1.0);
}

}  // namespace
}  // namespace respguard::doctor
