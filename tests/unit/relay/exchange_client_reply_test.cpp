// CLIENT REPLY ON, OFF and SKIP, which the guard plays itself: PROTOCOL.md section 6.
#include <gtest/gtest.h>

#include <string>

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

std::string const on = request({"CLIENT", "REPLY", "ON"});
std::string const off = request({"CLIENT", "REPLY", "OFF"});
std::string const skip = request({"CLIENT", "REPLY", "SKIP"});
std::string const ping = request({"PING"});
std::string const flush = request({"FLUSHALL"});

/// What the client sees when upstream answers `sent`, however that is cut.
void expect_shown(byte_view asked, byte_view sent, byte_view wanted)
{
    test::for_every_split(sent, [&](test::pieces const& cut) {
        exchange_harness guard(flush_rule());
        guard.client(asked);
        for (byte_view const piece : cut)
            guard.upstream(piece);
        EXPECT_EQ(guard.to_client(), wanted) << test::to_string(cut);
        EXPECT_EQ(guard.core().inflight(), 0U) << test::to_string(cut);
    });
}

TEST(ExchangeClientReply, AsksUpstreamForOnWhateverTheClientAsksFor)
{
    exchange_harness guard;
    guard.client(on + off + skip + "client reply \"skip\\x00\"\r\n" +
                 request({"cLiEnT", "rEpLy", "oFf"}));
    EXPECT_EQ(guard.to_upstream(), on + on + on + on + on);
}

TEST(ExchangeClientReply, LeavesWrongRequestsToUpstream)
{
    for (auto const& wrong :
         {request({"CLIENT", "REPLY"}), request({"CLIENT", "REPLY", "MAYBE"}),
          request({"CLIENT", "REPLY", "OFF", ""}), request({"CLIENT", "REPLY", "OFF", "x"})}) {
        exchange_harness guard;
        guard.client(wrong + ping);
        EXPECT_EQ(guard.to_upstream(), wrong + ping);
        guard.upstream("-ERR syntax error\r\n+PONG\r\n");
        EXPECT_EQ(guard.to_client(), "-ERR syntax error\r\n+PONG\r\n") << wrong;
    }
}

TEST(ExchangeClientReply, OnIsAnswered)
{
    expect_shown(on + ping, "+OK\r\n+PONG\r\n", "+OK\r\n+PONG\r\n");
}

TEST(ExchangeClientReply, OffIsSilentUntilOn)
{
    expect_shown(off + ping + flush + ping + on + ping,
                 "+OK\r\n+PONG\r\n$1\r\na\r\n+OK\r\n+PONG\r\n", "+OK\r\n+PONG\r\n");
}

TEST(ExchangeClientReply, SkipHidesOneReply)
{
    expect_shown(skip + ping + ping, "+OK\r\n+A\r\n+B\r\n", "+B\r\n");
    expect_shown(skip + request({"GET", "a"}) + ping, "+OK\r\n*2\r\n:1\r\n:2\r\n+B\r\n", "+B\r\n");
    expect_shown(skip + ping + ping, "+OK\r\n-ERR x\r\n+B\r\n", "+B\r\n");
}

TEST(ExchangeClientReply, SkipHidesARefusal)
{
    expect_shown(skip + flush + ping, "+OK\r\n+PONG\r\n", "+PONG\r\n");
    expect_shown(skip + ping + flush + ping, "+OK\r\n+A\r\n+B\r\n",
                 std::string(flush_denied) + "+B\r\n");
}

TEST(ExchangeClientReply, SkipAndSkipHideOneMore)
{
    expect_shown(skip + skip + ping + ping, "+OK\r\n+OK\r\n+A\r\n+B\r\n", "+B\r\n");
}

TEST(ExchangeClientReply, SkipIsUsedUpByAnEmptyRequest)
{
    for (byte_view const empty : {"\r\n", "*0\r\n", "*-1\r\n", " \n"}) {
        expect_shown(skip + std::string(empty) + ping, "+OK\r\n+PONG\r\n", "+PONG\r\n");
    }
}

TEST(ExchangeClientReply, SkipIsUsedUpByAnEmptyRequestThatComesLater)
{
    exchange_harness guard;
    guard.client(skip);
    guard.upstream("+OK\r\n");
    guard.client("\r\n" + ping);
    guard.upstream("+PONG\r\n");
    EXPECT_EQ(guard.to_client(), "+PONG\r\n");
}

TEST(ExchangeClientReply, SkipWhileOffDoesNothing)
{
    expect_shown(off + skip + on + ping, "+OK\r\n+OK\r\n+OK\r\n+PONG\r\n", "+OK\r\n+PONG\r\n");
}

TEST(ExchangeClientReply, SkipDoesNotHideOn)
{
    expect_shown(skip + on + ping, "+OK\r\n+OK\r\n+PONG\r\n", "+OK\r\n+PONG\r\n");
}

TEST(ExchangeClientReply, OffAfterSkipIsOff)
{
    expect_shown(skip + off + ping + on, "+OK\r\n+OK\r\n+PONG\r\n+OK\r\n", "+OK\r\n");
}

TEST(ExchangeClientReply, RefusalsBelongToTheClient)
{
    expect_shown(off + ping, "-NOPERM no\r\n+PONG\r\n", "-NOPERM no\r\n+PONG\r\n");
    expect_shown(skip + ping, "-NOAUTH no\r\n+PONG\r\n", "-NOAUTH no\r\n+PONG\r\n");
    expect_shown(off + off + ping, "+OK\r\n-NOPERM no\r\n+PONG\r\n", "");
    expect_shown(off + on + ping, "+OK\r\n-NOPERM no\r\n+PONG\r\n", "");
}

TEST(ExchangeClientReply, OnlyTheWholeWordOkCounts)
{
    for (auto const& line : {std::string("+OKAY\r\n"), std::string("+ok\r\n"),
                             std::string("+O\r\n"), "+OK" + std::string(100'000, '!') + "\r\n"}) {
        auto const wanted = line + "+PONG\r\n";
        exchange_harness guard;
        guard.client(off + ping);
        guard.upstream(wanted);
        EXPECT_TRUE(guard.to_client() == wanted) << line.substr(0, 20);
    }
    auto const look_alike = "+OK" + std::string(100, ' ') + "\r\n";
    expect_shown(off + ping, look_alike + "+PONG\r\n", look_alike + "+PONG\r\n");
}

TEST(ExchangeClientReply, AnAttributeInFrontOfAHiddenReplyEndsTheConnection)
{
    test::for_every_split("|1\r\n+a\r\n+b\r\n+OK\r\n", [](test::pieces const& cut) {
        exchange_harness guard;
        guard.client(off);
        for (byte_view const piece : cut)
            guard.upstream(piece);
        EXPECT_EQ(guard.to_client(), "") << test::to_string(cut);
        EXPECT_EQ(guard.end(), "upstream: reply does not fit the request");
    });
}

TEST(ExchangeClientReply, SubscriptionTrafficIsNeverHidden)
{
    auto const traffic =
        test::confirmation('*', "subscribe", "a", 1) + test::message('*', "a", "m");
    expect_shown(off + request({"SUBSCRIBE", "a"}), "+OK\r\n" + traffic, traffic);
    expect_shown(skip + request({"SUBSCRIBE", "a"}) + ping, "+OK\r\n" + traffic + "+PONG\r\n",
                 traffic + "+PONG\r\n");
    expect_shown(off + ping, "+OK\r\n>1\r\n$1\r\nx\r\n+PONG\r\n", ">1\r\n$1\r\nx\r\n");
}

TEST(ExchangeClientReply, ResetEndsOffBeforeItAnswers)
{
    expect_shown(off + request({"RESET"}) + ping, "+OK\r\n+RESET\r\n+PONG\r\n",
                 "+RESET\r\n+PONG\r\n");
    expect_shown(skip + request({"RESET"}) + ping, "+OK\r\n+RESET\r\n+PONG\r\n", "+PONG\r\n");
    expect_shown(off + request({"RESET"}) + ping, "+OK\r\n-NOPERM no\r\n+PONG\r\n", "");
}

TEST(ExchangeClientReply, IsRefusedInsideMulti)
{
    exchange_harness guard;
    guard.client(request({"MULTI"}) + off + ping + request({"EXEC"}));
    EXPECT_EQ(guard.to_upstream(), request({"MULTI"}) + ping + request({"DISCARD"}));
    guard.upstream("+OK\r\n+QUEUED\r\n+OK\r\n");
    EXPECT_EQ(guard.to_client(),
              "+OK\r\n-ERR respguard: 'client|reply' is not supported inside MULTI\r\n+QUEUED\r\n"
              "-EXECABORT Transaction discarded because of previous errors.\r\n");
}

TEST(ExchangeClientReply, OffHidesProtocolErrorsToo)
{
    exchange_harness guard;
    guard.client(off + "*x\r\n");
    guard.upstream("+OK\r\n");
    EXPECT_EQ(guard.to_client(), "");
    EXPECT_EQ(guard.end(), "client: protocol error");
}

TEST(ExchangeClientReply, OffAndQuitEndTheConnection)
{
    exchange_harness guard;
    guard.client(off + request({"QUIT"}));
    guard.upstream("+OK\r\n+OK\r\n");
    EXPECT_EQ(guard.to_client(), "");
    EXPECT_EQ(guard.end(), "client: quit");
}

TEST(ExchangeClientReply, HiddenRepliesAreCountedAndTimed)
{
    exchange_harness guard;
    guard.client(off + request({"GET", "a"}));
    guard.now_ns += 50'000;
    guard.upstream("+OK\r\n$1\r\na\r\n");
    EXPECT_EQ(guard.counted("get").calls, 1U);
    EXPECT_EQ(guard.counted("get").round_trip.count(), 1U);
    EXPECT_EQ(guard.counted("client|reply").calls, 1U);
}

}  // namespace
}  // namespace respguard::relay
