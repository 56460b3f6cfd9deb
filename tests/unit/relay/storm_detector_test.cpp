#include <gtest/gtest.h>

#include <string>

#include "relay/storm_detector.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::relay {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

/// So many refused connections, one a second; the last one's result.
std::optional<storm> refused(storm_detector& at, std::string const& who, int times,
                             std::uint64_t& now)
{
    std::optional<storm> told;
    for (int i = 0; i < times; ++i) {
        now += second;
        told = at.on_refused_end(who, 3, now);
    }
    return told;
}

TEST(StormDetector, TellsAboutTheFifthConnectionWithinItsWindow)
{
    storm_detector at;
    std::uint64_t now = 100 * second;
    EXPECT_FALSE(refused(at, "10.0.0.1", 4, now));
    EXPECT_EQ(at.rule_of_storm("10.0.0.1", now), policy::no_rule);
    auto const told = refused(at, "10.0.0.1", 1, now);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->rule, 3);
    EXPECT_EQ(told->connections, 5U);
    EXPECT_EQ(told->within_ns, 4 * second);
    EXPECT_EQ(at.rule_of_storm("10.0.0.1", now), 3);
    EXPECT_EQ(at.rule_of_storm("10.0.0.2", now), policy::no_rule);
}

TEST(StormDetector, IsCalmWhenTheyAreFarApart)
{
    storm_detector at;
    std::uint64_t now = 100 * second;
    for (int i = 0; i < 20; ++i) {
        now += 10 * second;
        EXPECT_FALSE(at.on_refused_end("10.0.0.1", 3, now));
    }
}

TEST(StormDetector, TellsTheSameStormAgainOnlyAfterAMinuteAndForgetsItAfterFive)
{
    storm_detector at;
    std::uint64_t now = 100 * second;
    int told = 0;
    for (int i = 0; i < 140; ++i)
        told += refused(at, "10.0.0.1", 1, now) ? 1 : 0;
    EXPECT_EQ(told, 3);
    now += storm_detector::over_ns + second;
    EXPECT_EQ(at.rule_of_storm("10.0.0.1", now), policy::no_rule);
}

TEST(StormDetector, RemembersABoundedNumberOfAddresses)
{
    storm_detector at;
    std::uint64_t now = 100 * second;
    ASSERT_TRUE(refused(at, "first", 5, now));
    for (std::size_t i = 0; i < storm_detector::places_max; ++i)
        (void)refused(at, std::to_string(i), 1, now);
    EXPECT_EQ(at.rule_of_storm("first", now), policy::no_rule);
}

TEST(StormDetector, GoesWithTheRuleWhenTheRulesAreReplaced)
{
    using policy::test::compiled;
    auto const a = policy::test::rule("a", {"get"}, policy::action::reject);
    auto const b = policy::test::rule("b", {"set"}, policy::action::reject);
    storm_detector at;
    std::uint64_t now = 1'000 * second;
    for (std::uint32_t i = 0; i < storm_detector::connections_min; ++i) {
        (void)at.on_refused_end("first", 0, now);
        (void)at.on_refused_end("second", 1, now);
    }
    at.renumber_rules({compiled({a, b}), compiled({b})});
    EXPECT_EQ(at.rule_of_storm("first", now), policy::no_rule) << "its rule is gone";
    EXPECT_EQ(at.rule_of_storm("second", now), 0);
}

}  // namespace
}  // namespace respguard::relay
