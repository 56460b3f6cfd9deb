#include "respguard/doctor/check.hpp"
#include "respguard/doctor/engine.hpp"

#include <gtest/gtest.h>

#include <set>

#include "unit/doctor/fixture.hpp"

namespace respguard::doctor {
namespace {

class Fixture : public testing::TestWithParam<expected> {};

TEST_P(Fixture, GetsTheExpectedVerdict)
{
    auto const& want = GetParam();
    auto const from = facts_of(want.name);
    auto const got = outcome_of(from);
    EXPECT_EQ(identify(from).name, want.engine);
    EXPECT_EQ(got.verdict, want.verdict);
    EXPECT_EQ(got.fail, sorted_list(want.fail));
    EXPECT_EQ(got.warn, sorted_list(want.warn));
    EXPECT_EQ(got.skip, want.skip);
}

INSTANTIATE_TEST_SUITE_P(All, Fixture, testing::ValuesIn(read_expected()), name_of_fixture);

TEST(Check, FixturesAreAllThere) { EXPECT_EQ(read_expected().size(), 31U); }

TEST(Check, NothingIsOkWhenNothingWasAnswered)
{
    for (auto const& each : examine(facts{}, {})) {
        if (each.of->id == "conn.reach" || each.of->id == "net.tls") continue;
        EXPECT_NE(each.found.what, status::ok) << each.of->id << ": " << each.found.message;
    }
}

TEST(Check, WithoutConnectionOnlyThatFails)
{
    facts from;
    from.connect_failure = "connection refused";
    auto const findings = examine(from, {});
    auto const seen = count(findings);
    EXPECT_EQ(seen.fail, 1);
    EXPECT_EQ(seen.ok, 0);
    EXPECT_EQ(seen.warn, 0);
    EXPECT_EQ(findings.front().of->id, "conn.reach");
}

TEST(Check, IdsAreUniqueAndEveryRowIsWhole)
{
    std::set<std::string_view> seen;
    for (auto const& each : checks()) {
        EXPECT_TRUE(seen.insert(each.id).second) << each.id;
        auto const first = each.rule.find(" / ");
        EXPECT_NE(each.rule.find(" / ", first + 3), std::string_view::npos) << each.rule;
        EXPECT_EQ(each.rule.find('|'), std::string_view::npos) << each.rule;
        EXPECT_FALSE(each.why.empty()) << each.id;
        EXPECT_NE(each.judge, nullptr) << each.id;
    }
    EXPECT_EQ(seen.size(), 55U);
}

TEST(Check, OnlyTakesIdsAndGroupsAndSkipIsListed)
{
    auto const from = facts_of("redis-7.0.15-bad");
    EXPECT_EQ(examine(from, {{"evict.policy"}, {}}).size(), 1U);
    EXPECT_EQ(examine(from, {{"evict"}, {}}).size(), 2U);
    auto const skipped = examine(from, {{"evict"}, {"evict.policy"}});
    EXPECT_EQ(skipped[0].found.what, status::skip);
    EXPECT_EQ(skipped[1].found.what, status::fail);
}

TEST(Check, NamesThatNoCheckHasAreFound)
{
    EXPECT_EQ(unknown_names({{"evict", "evic"}, {"net.rtt", "net.rt"}}),
              (std::vector<std::string>{"evic", "net.rt"}));
}

TEST(Check, EveryStatusHasAName)
{
    EXPECT_EQ(to_string(status::ok), "ok");
    EXPECT_EQ(to_string(status::warn), "warn");
    EXPECT_EQ(to_string(status::fail), "fail");
    EXPECT_EQ(to_string(status::skip), "skip");
}

TEST(Check, ReferenceHasAnAnchorForEach)
{
    auto const text = check_reference();
    for (auto const& each : checks()) {
        EXPECT_NE(text.find("<a id=\"" + std::string(each.id) + "\">"), std::string::npos)
            << each.id;
    }
}

}  // namespace
}  // namespace respguard::doctor
