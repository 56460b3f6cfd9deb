// What a forwarded request does to the connection: MULTI first, PROTOCOL.md section 7.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/every_split.hpp"
#include "support/exchange_harness.hpp"
#include "support/wire.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::relay {
namespace {

using policy::test::flush_denied;
using policy::test::flush_rule;
using test::exchange_harness;
using test::request;

std::string const multi = request({"MULTI"});
std::string const exec = request({"EXEC"});
std::string const discard = request({"DISCARD"});
std::string const reset = request({"RESET"});
std::string const set = request({"SET", "a", "1"});
std::string const flush = request({"FLUSHALL"});

constexpr byte_view aborted = "-EXECABORT Transaction discarded because of previous errors.\r\n";

class Forwarding : public testing::Test {
protected:
    /// Both sides say something once; checks what the other one gets.
    void expect(byte_view asked, byte_view forwarded, byte_view answer, byte_view shown)
    {
        test::for_every_split(asked, [&](test::pieces const& cut) {
            exchange_harness fresh(flush_rule());
            for (byte_view const piece : cut)
                fresh.client(piece);
            EXPECT_EQ(fresh.to_upstream(), forwarded) << test::to_string(cut);
            fresh.upstream(answer);
            EXPECT_EQ(fresh.to_client(), shown) << test::to_string(cut);
            EXPECT_EQ(fresh.end(), "") << test::to_string(cut);
            EXPECT_EQ(fresh.core().inflight(), 0U) << test::to_string(cut);
        });
    }

    exchange_harness guard{flush_rule()};
};

TEST_F(Forwarding, ATransactionPassesAsItIs)
{
    auto const answer = "+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n+OK\r\n";
    expect(multi + set + exec + set, multi + set + exec + set, answer, answer);
}

TEST_F(Forwarding, ARefusalFirstInATransactionAbortsIt)
{
    expect(multi + flush + set + exec + set, multi + set + discard + set,
           "+OK\r\n+QUEUED\r\n+OK\r\n+OK\r\n",
           "+OK\r\n" + std::string(flush_denied) + "+QUEUED\r\n" + std::string(aborted) +
               "+OK\r\n");
}

TEST_F(Forwarding, ARefusalLastInATransactionAbortsIt)
{
    expect(multi + set + flush + exec, multi + set + discard, "+OK\r\n+QUEUED\r\n+OK\r\n",
           "+OK\r\n+QUEUED\r\n" + std::string(flush_denied) + std::string(aborted));
}

TEST_F(Forwarding, AnAbortedTransactionDoesNotAbortTheNext)
{
    expect(multi + flush + exec + multi + set + exec, multi + discard + multi + set + exec,
           "+OK\r\n+OK\r\n+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n",
           "+OK\r\n" + std::string(flush_denied) + std::string(aborted) +
               "+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
}

TEST_F(Forwarding, ARefusalBeforeOrAfterATransactionDoesNotAbortIt)
{
    expect(
        flush + multi + set + exec + flush, multi + set + exec, "+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n",
        std::string(flush_denied) + "+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n" + std::string(flush_denied));
}

TEST_F(Forwarding, ExecWithArgumentsOfAPoisonedTransactionFailsInItsOwnWords)
{
    expect(multi + flush + request({"EXEC", "x"}) + set, multi + discard + set,
           "+OK\r\n+OK\r\n+OK\r\n",
           "+OK\r\n" + std::string(flush_denied) +
               "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' "
               "command\r\n+OK\r\n");
}

TEST_F(Forwarding, ExecWithArgumentsLeavesMulti)
{
    guard.client(multi + request({"EXEC", "x"}));
    EXPECT_FALSE(guard.core().requested().in_multi);
}

TEST_F(Forwarding, MultiWithArgumentsDoesNotEnter)
{
    guard.client(request({"MULTI", "x"}));
    EXPECT_FALSE(guard.core().requested().in_multi);
}

TEST_F(Forwarding, DiscardAndResetWithArgumentsStay)
{
    guard.client(multi + request({"DISCARD", "x"}) + request({"RESET", "x"}));
    EXPECT_TRUE(guard.core().requested().in_multi);
}

TEST_F(Forwarding, ANestedMultiDoesNotForgetTheRefusal)
{
    expect(multi + flush + multi + set + exec, multi + multi + set + discard,
           "+OK\r\n-ERR MULTI calls can not be nested\r\n+QUEUED\r\n+OK\r\n",
           "+OK\r\n" + std::string(flush_denied) +
               "-ERR MULTI calls can not be nested\r\n+QUEUED\r\n" + std::string(aborted));
}

TEST_F(Forwarding, ARefusedMultiRunsItsRequestsAlone)
{
    expect(multi + set + exec, multi + set + exec,
           "-NOPERM no\r\n+OK\r\n-ERR EXEC without MULTI\r\n",
           "-NOPERM no\r\n+OK\r\n-ERR EXEC without MULTI\r\n");
    EXPECT_FALSE(guard.core().requested().in_multi);
}

TEST_F(Forwarding, ARefusedMultiWithARefusedRequestEndsAsUpstreamWouldHaveIt)
{
    expect(multi + flush + exec, multi + discard, "-NOPERM no\r\n-ERR DISCARD without MULTI\r\n",
           "-NOPERM no\r\n" + std::string(flush_denied) + "-ERR EXEC without MULTI\r\n");
}

TEST_F(Forwarding, ARefusedMultiIsLeftWhenItsAnswerComes)
{
    guard.client(multi + flush);
    guard.upstream("-NOPERM no\r\n");
    EXPECT_FALSE(guard.core().requested().in_multi);
    (void)guard.to_upstream();
    guard.client(exec);
    EXPECT_EQ(guard.to_upstream(), exec) << "the server knows best";
}

TEST_F(Forwarding, ALateRefusalOfAnEarlierMultiDoesNotEndTheNext)
{
    guard.client(multi + exec + multi + flush);
    guard.upstream("-NOPERM no\r\n-ERR EXEC without MULTI\r\n");
    EXPECT_TRUE(guard.core().requested().in_multi);
    EXPECT_TRUE(guard.core().requested().poisoned);
}

TEST_F(Forwarding, ADiscardThatIsRefusedInPlaceOfExecEndsTheConnection)
{
    guard.client(multi + flush + exec);
    guard.upstream("+OK\r\n-NOPERM no\r\n");
    EXPECT_EQ(guard.to_client(), "+OK\r\n" + std::string(flush_denied) + "-NOPERM no\r\n");
    EXPECT_EQ(guard.end(), "upstream: MULTI could not be left");
}

TEST_F(Forwarding, TheClientsOwnDiscardOfAPoisonedTransactionMustWork)
{
    for (auto const& way_out : {discard, reset}) {
        exchange_harness fresh(flush_rule());
        fresh.client(multi + set + flush + way_out + exec);
        EXPECT_EQ(fresh.to_upstream(), multi + set + way_out + exec);
        fresh.upstream("+OK\r\n+QUEUED\r\n-NOPERM no\r\n*1\r\n+OK\r\n");
        EXPECT_EQ(fresh.end(), "upstream: MULTI could not be left") << "it was not to be executed";
    }
}

TEST_F(Forwarding, TheClientsOwnDiscardOfARefusedMultiIsAnOrdinaryError)
{
    expect(multi + flush + discard + set, multi + discard + set,
           "-NOPERM no\r\n-ERR DISCARD without MULTI\r\n+OK\r\n",
           "-NOPERM no\r\n" + std::string(flush_denied) + "-ERR DISCARD without MULTI\r\n+OK\r\n");
}

TEST_F(Forwarding, ARefusedDiscardOfACleanTransactionPasses)
{
    expect(multi + set + discard, multi + set + discard, "+OK\r\n+QUEUED\r\n-NOPERM no\r\n",
           "+OK\r\n+QUEUED\r\n-NOPERM no\r\n");
}

TEST_F(Forwarding, DiscardAndResetForgetTheRefusal)
{
    for (auto const& way_out : {discard, reset}) {
        expect(multi + flush + way_out + multi + set + exec, multi + way_out + multi + set + exec,
               "+OK\r\n+OK\r\n+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n",
               "+OK\r\n" + std::string(flush_denied) + "+OK\r\n+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
    }
}

TEST_F(Forwarding, QuitLeavesAPoisonedTransactionUnexecuted)
{
    guard.client(multi + set + flush + request({"QUIT"}) + exec);
    EXPECT_EQ(guard.to_upstream(), multi + set + request({"QUIT"}));
    guard.upstream("+OK\r\n+QUEUED\r\n+OK\r\n");
    EXPECT_EQ(guard.end(), "client: quit");
}

TEST_F(Forwarding, WhatCanNotBeFramedInsideMultiIsRefused)
{
    std::vector<std::string> const requests = {
        request({"SUBSCRIBE", "a"}),   request({"PSUBSCRIBE", "a"}), request({"SSUBSCRIBE", "a"}),
        request({"UNSUBSCRIBE"}),      request({"PUNSUBSCRIBE"}),    request({"SUNSUBSCRIBE"}),
        request({"HELLO", "3"}),       request({"MONITOR"}),         request({"SYNC"}),
        request({"PSYNC", "?", "-1"}), request({"REPLCONF", "a"})};
    for (auto const& each : requests) {
        exchange_harness fresh;
        fresh.client(multi + each + exec);
        EXPECT_EQ(fresh.to_upstream(), multi + discard) << each;
        fresh.upstream("+OK\r\n+OK\r\n");
        auto const shown = fresh.to_client();
        EXPECT_TRUE(shown.ends_with(" is not supported inside MULTI\r\n" + std::string(aborted)))
            << shown;
        EXPECT_EQ(fresh.counted().rules.size(), 0U);
        EXPECT_EQ(fresh.core().counted().rejected, 1U);
    }
}

TEST_F(Forwarding, AProtocolErrorInsideMultiExecutesNothing)
{
    guard.client(multi + set + "*x\r\n" + exec);
    EXPECT_EQ(guard.to_upstream(), multi + set);
}

TEST_F(Forwarding, ASkippedRequestInsideMultiPoisonsItFromItsFirstByte)
{
    exchange_harness fresh(
        policy::test::compiled({policy::test::size_rule("size", 1000, policy::action::reject)}));
    fresh.client(multi + "*3\r\n" + test::bulk("SET") + "$2000\r\n");
    EXPECT_TRUE(fresh.core().requested().poisoned);
    fresh.client(std::string(2'000, 'x') + "\r\n" + test::bulk("v") + exec);
    EXPECT_EQ(fresh.to_upstream(), multi + discard);
}

TEST_F(Forwarding, AnExecThatIsTooLargeLeavesThePoison)
{
    exchange_harness fresh(
        policy::test::compiled({policy::test::size_rule("size", 1000, policy::action::reject)}));
    fresh.client(multi + set + request({"EXEC", std::string(1'000, 'x')}) + exec);
    EXPECT_EQ(fresh.to_upstream(), multi + set + discard);
}

TEST_F(Forwarding, AnAttributeInFrontOfAReplacedReplyEndsTheConnection)
{
    guard.client(multi + flush + exec);
    guard.upstream("+OK\r\n|1\r\n+a\r\n+b\r\n+OK\r\n");
    EXPECT_EQ(guard.to_client(), "+OK\r\n" + std::string(flush_denied));
    EXPECT_EQ(guard.end(), "upstream: reply does not fit the request");
}

TEST_F(Forwarding, TheExchangedDiscardIsNotTimed)
{
    guard.client(multi + flush + exec);
    guard.now_ns += 1'000;
    guard.upstream("+OK\r\n+OK\r\n");
    EXPECT_EQ(guard.counted("exec").calls, 1U);
    EXPECT_EQ(guard.counted("exec").round_trip.count(), 0U);
    EXPECT_EQ(guard.counted("discard").calls, 0U);
}

}  // namespace
}  // namespace respguard::relay
