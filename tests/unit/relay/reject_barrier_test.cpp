#include <gtest/gtest.h>

#include <string>

#include "relay/reject_barrier.hpp"
#include "support/exchange_harness.hpp"
#include "support/wire.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::relay {
namespace {

using policy::action;
using policy::test::compiled;
using policy::test::flush_denied;
using policy::test::flush_rule;
using policy::test::rule;
using test::exchange_harness;
using test::request;

exchange_harness barred()
{
    relay_settings settings;
    settings.barrier = std::chrono::milliseconds(1);
    return exchange_harness(flush_rule(), settings);
}

TEST(RejectBarrier, HoldsWhatStandsBehindAnErrorUntilItIsLifted)
{
    auto guard = barred();
    guard.client(request({"GET", "a"}) + request({"FLUSHALL"}) + request({"INCR", "n"}));
    EXPECT_EQ(guard.to_upstream(), request({"GET", "a"}));
    EXPECT_FALSE(guard.core().holds_behind_error()) << "the error waits for its turn";
    EXPECT_FALSE(guard.core().wants_requests());
    guard.upstream("$1\r\nb\r\n");
    EXPECT_EQ(guard.to_client(), "$1\r\nb\r\n" + std::string(flush_denied));
    EXPECT_TRUE(guard.core().holds_behind_error());
    EXPECT_EQ(guard.to_upstream(), "");
    guard.core().lift_barrier();
    guard.client("");
    EXPECT_EQ(guard.to_upstream(), request({"INCR", "n"}));
}

TEST(RejectBarrier, StaysDownForAClientThatStayedOften)
{
    auto guard = barred();
    for (std::uint32_t i = 0; i < reject_barrier::survived_max; ++i) {
        guard.client(request({"FLUSHALL"}));
        ASSERT_TRUE(guard.core().holds_behind_error());
        guard.core().lift_barrier();
    }
    guard.client(request({"FLUSHALL"}) + request({"INCR", "n"}));
    EXPECT_EQ(guard.to_upstream(), request({"INCR", "n"}));
}

TEST(RejectBarrier, IsNotNeededForAnErrorThatIsNotShown)
{
    auto guard = barred();
    guard.client(request({"CLIENT", "REPLY", "OFF"}));
    guard.upstream("+OK\r\n");
    (void)guard.to_upstream();
    guard.client(request({"FLUSHALL"}) + request({"INCR", "n"}));
    EXPECT_EQ(guard.to_client(), "");
    EXPECT_EQ(guard.to_upstream(), request({"INCR", "n"}));
}

TEST(RejectBarrier, IsOffIfItsLengthIsNothing)
{
    relay_settings settings;
    settings.barrier = {};
    exchange_harness guard(compiled({rule("flush", {"flushall"}, action::reject)}), settings);
    guard.client(request({"FLUSHALL"}) + request({"INCR", "n"}));
    EXPECT_EQ(guard.to_upstream(), request({"INCR", "n"}));
}

}  // namespace
}  // namespace respguard::relay
