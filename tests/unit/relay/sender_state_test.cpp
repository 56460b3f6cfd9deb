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

/// What reaches upstream of these, in one go, on a new connection that has authenticated as `user`.
std::string forwarded(policy::rule_settings const& rule, std::string const& user,
                      std::string const& requests)
{
    exchange_harness guard(compiled({rule}));
    guard.core().know_client("10.0.0.1:5", "127.0.0.1:6380");
    if (!user.empty()) {
        EXPECT_TRUE(passes(guard, {"AUTH", user.c_str(), "x"}));
    }
    (void)guard.to_upstream();
    guard.client(requests);
    return guard.to_upstream();
}

policy::rule_settings reports_only_read()
{
    auto made = rule("reports-read-only", {"set"}, action::reject);
    made.match.users = {"reports"};
    return made;
}

TEST(SenderState, AHandshakeInOneGoIsNotTakenForAnotherUser)
{
    std::string const set = request({"SET", "a", "1"});
    for (std::string const& first :
         {request({"CLIENT", "SETNAME", "reports"}), request({"RESET"}), request({"HELLO", "3"}),
          request({"HELLO", "3", "SETNAME", "reports"}), request({"AUTH", "app", "x"}),
          request({"HELLO", "3", "AUTH", "app", "x", "SETNAME", "y"}), request({"AUTH", "x"}),
          request({"RESET"}) + request({"CLIENT", "SETNAME", "a"}) + request({"SELECT", "1"})}) {
        EXPECT_EQ(forwarded(reports_only_read(), "", first + set), first + set);
    }
}

TEST(SenderState, WhoMayBeTheUserOfARuleIsRefused)
{
    std::string const set = request({"SET", "a", "1"});
    struct row {
        std::string user;
        std::string first;
    };
    for (row const& r :
         {row{"", request({"AUTH", "reports", "x"})},
          row{"", request({"HELLO", "3", "AUTH", "reports", "x"})},
          row{"reports", request({"AUTH", "app", "x"})}, row{"reports", request({"RESET"})},
          row{"reports", request({"CLIENT", "SETNAME", "x"})},
          row{"", request({"AUTH", "app", "x"}) + request({"AUTH", "y", "x"})},
          row{"", request({"AUTH", "reports", "x"}) + request({"RESET"})},
          row{"", request({"HELLO", "3", "AUTH", "reports", "x", "AUTH", "app", "bad"})},
          row{"", request({"AUTH", "reports", "x"}) + request({"CLIENT", "SETNAME", "x"})}}) {
        EXPECT_EQ(forwarded(reports_only_read(), r.user, r.first + set), r.first) << r.first;
    }
}

TEST(SenderState, ANameInFlightIsOneOfTwo)
{
    auto named = rule("named", {"set"}, action::reject);
    named.match.client_names = {"batch"};
    std::string const set = request({"SET", "a", "1"});
    for (std::string const& first :
         {request({"AUTH", "batch", "x"}), request({"CLIENT", "SETNAME", "web"}),
          request({"HELLO", "3", "AUTH", "a", "b"}), request({"RESET"})}) {
        EXPECT_EQ(forwarded(named, "", first + set), first + set);
    }
    std::string const first = request({"CLIENT", "SETNAME", "batch"});
    EXPECT_EQ(forwarded(named, "", first + set), first);
}

// RESET is answered while an AUTH inside a later MULTI is in flight.
TEST(SenderState, AResetDoesNotClearWhatCameBehindIt)
{
    exchange_harness guard(compiled({reports_only_read()}));
    guard.core().know_client("10.0.0.1:5", "127.0.0.1:6380");
    guard.client(request({"RESET"}) + request({"MULTI"}) + request({"AUTH", "reports", "x"}) +
                 request({"EXEC"}));
    guard.upstream("+RESET\r\n+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
    EXPECT_FALSE(passes(guard, {"SET", "a", "1"}));
    (void)guard.to_upstream();
    guard.client(request({"RESET"}));
    guard.upstream("+RESET\r\n");
    EXPECT_TRUE(passes(guard, {"SET", "a", "1"}));
}

TEST(SenderState, ANameThatWasRefusedLeavesTheUserKnown)
{
    exchange_harness guard(compiled({reports_only_read()}));
    guard.core().know_client("10.0.0.1:5", "127.0.0.1:6380");
    guard.client(request({"HELLO", "3", "SETNAME", "a b"}));
    guard.upstream("-ERR Client names cannot contain spaces\r\n");
    EXPECT_TRUE(passes(guard, {"SET", "a", "1"}));
    guard.client(request({"MULTI"}) + request({"CLIENT", "SETNAME", "x"}) + request({"EXEC"}));
    guard.upstream("+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
    EXPECT_TRUE(passes(guard, {"SET", "a", "1"}));
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

TEST(SenderState, ASelectInsideMultiEndsWithIt)
{
    auto limited = rule("flush", {"flushall"}, action::reject);
    auto in_db8 = rule("db", {"set"}, action::reject);
    in_db8.match.dbs = {8};
    for (bool const poisoned : {false, true}) {
        exchange_harness guard(compiled({limited, in_db8}));
        guard.core().know_client("10.0.0.1:5", "127.0.0.1:6380");
        guard.client(request({"MULTI"}) + request({"SELECT", "8"}));
        if (poisoned) guard.client(request({"FLUSHALL"}));
        guard.core().lift_barrier();
        guard.upstream("+OK\r\n+QUEUED\r\n");
        guard.core().lift_barrier();
        (void)guard.to_upstream();
        guard.client(request({poisoned ? "EXEC" : "DISCARD"}) + request({"SET", "a", "1"}));
        EXPECT_EQ(guard.to_upstream(), request({"DISCARD"})) << "its reply has not come";
        guard.upstream(ok);
        guard.core().lift_barrier();
        EXPECT_TRUE(passes(guard, {"SET", "a", "1"})) << poisoned;
    }
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
