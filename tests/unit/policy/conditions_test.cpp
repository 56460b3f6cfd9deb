#include <gtest/gtest.h>

#include "policy/conditions.hpp"

namespace respguard::policy {
namespace {

using command::find;

conditions made(condition_settings const& match) { return conditions::make(match).value(); }

TEST(Conditions, CoverWhatTheirNamesAndKindsCan)
{
    condition_settings match;
    EXPECT_EQ(made(match).covers(find("get")), cover::always);
    match.commands = {"@write"};
    EXPECT_EQ(made(match).covers(find("set")), cover::always);
    EXPECT_EQ(made(match).covers(find("get")), cover::never);
    EXPECT_EQ(made(match).covers(command::other), cover::never);
    match = {};
    match.keys = {"a"};
    EXPECT_EQ(made(match).covers(find("ping")), cover::never);
    EXPECT_EQ(made(match).covers(find("get")), cover::always);
    EXPECT_EQ(made(match).covers(command::other), cover::always);
    match = {};
    match.params = {"hz"};
    EXPECT_EQ(made(match).covers(find("get")), cover::never);
}

TEST(Conditions, MayBeTrueAboutSomebodyWhomNobodyKnows)
{
    condition_settings match;
    match.users = {"x"};
    request_facts facts;
    facts.command = find("get");
    bool cut = false;
    EXPECT_EQ(made(match).match(facts, nullptr, cut), tri::maybe);
    EXPECT_FALSE(cut) << "waiting for more bytes would not help";
}

TEST(Conditions, PassOnWhatIsWrong)
{
    condition_settings match;
    match.commands = {"@nosuch"};
    EXPECT_FALSE(conditions::make(match));
    match = {};
    match.keys = {"["};
    EXPECT_FALSE(conditions::make(match));
    match = {};
    match.clients = {"x"};
    EXPECT_FALSE(conditions::make(match));
}

}  // namespace
}  // namespace respguard::policy
