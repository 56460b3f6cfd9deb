// Rules that look at who sends a request, through the exchange: what is in flight is not known yet.
#include <gtest/gtest.h>

#include <string>

#include "relay/sender_state.hpp"
#include "support/exchange_harness.hpp"
#include "support/wire.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::relay {
namespace {

using policy::action;
using policy::test::compiled;
using policy::test::rule;
using test::exchange_harness;
using test::request;

constexpr byte_view ok = "+OK\r\n";

policy::rule_set only_admin_flushes()
{
    auto mine = rule("admin", {"flushall"}, action::allow);
    mine.match.users = {"admin"};
    return compiled({mine, rule("flush", {"flushall"}, action::reject)});
}

policy::rule_set not_in_db(std::uint32_t db)
{
    auto made = rule("db", {"set"}, action::reject);
    made.match.dbs = {db};
    return compiled({made});
}

/// Sends the request; true if it was forwarded.
bool passes(exchange_harness& guard, std::initializer_list<char const*> words)
{
    std::vector<std::string> const arguments(words.begin(), words.end());
    (void)guard.to_upstream();
    (void)guard.to_client();
    guard.client(policy::test::canonical(arguments));
    bool const forwarded = !guard.to_upstream().empty();
    if (forwarded) guard.upstream(ok);
    return forwarded;
}

TEST(SenderState, BelievesInAUserWhenUpstreamAgreed)
{
    exchange_harness guard(only_admin_flushes());
    guard.core().know_client("10.0.0.1:5", "127.0.0.1:6380");
    EXPECT_FALSE(passes(guard, {"FLUSHALL"}));
    guard.client(request({"AUTH", "admin", "x"}) + request({"FLUSHALL"}));
    EXPECT_EQ(guard.to_upstream(), request({"AUTH", "admin", "x"})) << "its reply has not come";
    guard.upstream("-WRONGPASS no\r\n");
    EXPECT_FALSE(passes(guard, {"FLUSHALL"}));
    EXPECT_TRUE(passes(guard, {"AUTH", "admin", "x"}));
    EXPECT_TRUE(passes(guard, {"FLUSHALL"}));
    guard.client(request({"AUTH", "other", "x"}) + request({"FLUSHALL"}));
    EXPECT_EQ(guard.to_upstream(), request({"AUTH", "other", "x"}));
}

TEST(SenderState, AHelloThatFailedMayHaveAuthenticated)
{
    auto denied = rule("flush", {"flushall"}, action::reject);
    denied.match.users = {"app"};
    exchange_harness guard(compiled({denied}));
    guard.core().know_client("10.0.0.1:5", "127.0.0.1:6380");
    EXPECT_TRUE(passes(guard, {"FLUSHALL"})) << "as default";
    guard.client(request({"HELLO", "3", "AUTH", "app", "x", "SETNAME", "a b"}));
    guard.upstream("-ERR Client names cannot contain spaces\r\n");
    EXPECT_FALSE(passes(guard, {"FLUSHALL"}));
    EXPECT_TRUE(passes(guard, {"RESET"}));
    EXPECT_TRUE(passes(guard, {"FLUSHALL"})) << "as default again";
}

TEST(SenderState, AnAuthInsideMultiIsNeverBelieved)
{
    exchange_harness guard(only_admin_flushes());
    guard.core().know_client("10.0.0.1:5", "127.0.0.1:6380");
    guard.client(request({"MULTI"}) + request({"AUTH", "admin", "x"}) + request({"EXEC"}));
    guard.upstream("+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
    EXPECT_FALSE(passes(guard, {"FLUSHALL"}));
}

TEST(SenderState, FollowsTheDatabase)
{
    exchange_harness guard(not_in_db(8));
    guard.core().know_client("10.0.0.1:5", "127.0.0.1:6380");
    EXPECT_TRUE(passes(guard, {"SET", "a", "1"}));
    guard.client(request({"SELECT", "8"}) + request({"SET", "a", "1"}));
    EXPECT_EQ(guard.to_upstream(), request({"SELECT", "8"}));
    guard.upstream(ok);
    EXPECT_FALSE(passes(guard, {"SET", "a", "1"}));
    guard.client(request({"SELECT", "3"}) + request({"SELECT", "4"}) + request({"SET", "a", "1"}));
    EXPECT_EQ(guard.to_upstream(), request({"SELECT", "3"}) + request({"SELECT", "4"}));
    guard.upstream("+OK\r\n+OK\r\n");
    EXPECT_TRUE(passes(guard, {"SET", "a", "1"}));
    guard.client(request({"SELECT", "5"}) + request({"SET", "a", "1"}));
    EXPECT_EQ(guard.to_upstream(), request({"SELECT", "5"}) + request({"SET", "a", "1"}))
        << "whether it succeeds or not, it is not 8";
}

TEST(SenderState, ASelectInsideMultiTakesPlaceAtExec)
{
    exchange_harness guard(not_in_db(8));
    guard.core().know_client("10.0.0.1:5", "127.0.0.1:6380");
    guard.client(request({"MULTI"}) + request({"SELECT", "8"}));
    guard.upstream("+OK\r\n+QUEUED\r\n");
    (void)guard.to_upstream();
    guard.client(request({"SET", "a", "1"}));
    EXPECT_EQ(guard.to_upstream(), "") << "it would be executed in database 8";
}

TEST(SenderState, LimitsRates)
{
    auto limited = rule("rate", {"get"}, action::reject);
    limited.limit = policy::rate_limit::parse("3/s").value();
    exchange_harness guard(compiled({limited}));
    guard.core().know_client("10.0.0.1:5", "127.0.0.1:6380");
    guard.core().set_now(1'000'000'000);
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(passes(guard, {"GET", "a"}));
    EXPECT_FALSE(passes(guard, {"GET", "a"}));
    EXPECT_TRUE(passes(guard, {"SET", "a", "b"}));
    guard.core().set_now(1'400'000'000);
    EXPECT_TRUE(passes(guard, {"GET", "a"}));
    EXPECT_FALSE(passes(guard, {"GET", "a"}));
    EXPECT_EQ(guard.counted().rules[0].reject, 2U);
}

TEST(SenderState, CostsNothingWhereNoRuleAsks)
{
    exchange_harness guard(compiled({rule("flush", {"flushall"}, action::reject)}));
    guard.core().know_client("10.0.0.1:5", "127.0.0.1:6380");
    EXPECT_FALSE(passes(guard, {"FLUSHALL"}));
    EXPECT_TRUE(passes(guard, {"GET", "a"}));
}

}  // namespace
}  // namespace respguard::relay
