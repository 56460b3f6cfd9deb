#include <gtest/gtest.h>

#include <string>

#include "relay/rate_limits.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::relay {
namespace {

policy::rate_limit once(policy::rate_share share)
{
    auto limit = policy::rate_limit::parse("1/h").value();
    limit.share = share;
    return limit;
}

TEST(RateLimits, GiveEachClientUserAndListenerItsOwnBucket)
{
    rate_limits shared;
    rate_limits::of_client one;
    rate_limits::of_client other;
    policy::sender from;
    auto const per_client = once(policy::rate_share::client);
    EXPECT_TRUE(shared.take(0, per_client, one, from, 1));
    EXPECT_FALSE(shared.take(0, per_client, one, from, 1));
    EXPECT_TRUE(shared.take(0, per_client, other, from, 1));
    EXPECT_TRUE(shared.take(1, per_client, one, from, 1)) << "another rule";

    auto const per_user = once(policy::rate_share::user);
    from.user.text = "app";
    EXPECT_TRUE(shared.take(2, per_user, one, from, 1));
    EXPECT_FALSE(shared.take(2, per_user, other, from, 1));
    from.user.text = "default";
    EXPECT_TRUE(shared.take(2, per_user, one, from, 1));
    from.user.text = "";
    EXPECT_FALSE(shared.take(2, per_user, one, from, 1)) << "nobody is default";

    auto const per_listener = once(policy::rate_share::listener);
    from.listener = "127.0.0.1:6380";
    EXPECT_TRUE(shared.take(3, per_listener, one, from, 1));
    EXPECT_FALSE(shared.take(3, per_listener, other, from, 1));
}

TEST(RateLimits, KeepABoundedNumberOfUsers)
{
    rate_limits shared;
    rate_limits::of_client own;
    policy::sender from;
    auto const limit = once(policy::rate_share::user);
    std::size_t passed = 0;
    for (std::size_t i = 0; i < 2 * rate_limits::users_max; ++i) {
        std::string const user = "user" + std::to_string(i);
        from.user.text = user;
        passed += shared.take(0, limit, own, from, 1) ? 1 : 0;
    }
    EXPECT_EQ(passed, rate_limits::users_max + 1) << "the rest shares one";
}

policy::rule_settings rated(std::string const& id, char const* rate, policy::rate_share share)
{
    auto made = policy::test::rule(id, {"get"}, policy::action::alert);
    made.limit = policy::rate_limit::parse(rate).value();
    made.limit->share = share;
    return made;
}

TEST(RateLimits, GoWithTheirRuleWhenTheRulesAreReplaced)
{
    using share = policy::rate_share;
    auto const own = rated("own", "1/h", share::client);
    auto const user = rated("user", "1/h", share::user);
    auto const changed = rated("changed", "1/h", share::client);
    auto const changed_now = rated("changed", "2/h", share::client);
    rate_limits shared;
    rate_limits::of_client one;
    policy::sender const from;
    EXPECT_TRUE(shared.take(0, *own.limit, one, from, 1));
    EXPECT_TRUE(shared.take(1, *user.limit, one, from, 1));
    EXPECT_TRUE(shared.take(2, *changed.limit, one, from, 1));

    policy::rule_places const places(policy::test::compiled({own, user, changed}),
                                     policy::test::compiled({changed_now, user, own}));
    shared.renumber_rules(places);
    rate_limits::renumber_rules(one, places);
    EXPECT_FALSE(shared.take(2, *own.limit, one, from, 1));
    EXPECT_FALSE(shared.take(1, *user.limit, one, from, 1));
    EXPECT_TRUE(shared.take(0, *changed_now.limit, one, from, 1)) << "a new allowance";
    EXPECT_TRUE(shared.take(0, *changed_now.limit, one, from, 1));
}

}  // namespace
}  // namespace respguard::relay
