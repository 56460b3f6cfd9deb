#include <gtest/gtest.h>

#include <string>
#include <vector>

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

std::vector<std::uint16_t> rules_of(storm_detector const& at, std::string const& who,
                                    std::uint64_t now)
{
    auto const found = at.rules_of_storm(who, now);
    return {found.view().begin(), found.view().end()};
}

TEST(StormDetector, TellsAboutTheFifthConnectionWithinItsWindow)
{
    storm_detector at;
    std::uint64_t now = 100 * second;
    EXPECT_FALSE(refused(at, "10.0.0.1", 4, now));
    EXPECT_TRUE(at.rules_of_storm("10.0.0.1", now).empty());
    auto const told = refused(at, "10.0.0.1", 1, now);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->rule, 3);
    EXPECT_EQ(told->connections, 5U);
    EXPECT_EQ(told->within_ns, 4 * second);
    EXPECT_EQ(rules_of(at, "10.0.0.1", now), std::vector<std::uint16_t>{3});
    EXPECT_TRUE(at.rules_of_storm("10.0.0.2", now).empty());
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
    EXPECT_TRUE(at.rules_of_storm("10.0.0.1", now).empty());
}

TEST(StormDetector, RemembersABoundedNumberOfAddresses)
{
    storm_detector at;
    std::uint64_t now = 100 * second;
    ASSERT_TRUE(refused(at, "first", 5, now));
    for (std::size_t i = 0; i < storm_detector::places_max; ++i)
        (void)refused(at, std::to_string(i), 1, now);
    EXPECT_TRUE(at.rules_of_storm("first", now).empty());
}

TEST(StormDetector, CountsEachRuleOfAnAddress)
{
    storm_detector at;
    std::uint64_t now = 100 * second;
    for (int i = 0; i < 5; ++i) {
        now += second;
        EXPECT_EQ(at.on_refused_end("10.0.0.1", 7, now).has_value(), i == 4);
        EXPECT_EQ(at.on_refused_end("10.0.0.1", 3, now).has_value(), i == 4);
    }
    EXPECT_EQ(rules_of(at, "10.0.0.1", now), (std::vector<std::uint16_t>{7, 3}));
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
    EXPECT_TRUE(at.rules_of_storm("first", now).empty()) << "its rule is gone";
    EXPECT_EQ(rules_of(at, "second", now), std::vector<std::uint16_t>{0});
}

}  // namespace
}  // namespace respguard::relay
