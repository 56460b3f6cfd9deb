#include <gtest/gtest.h>

#include <string>

#include "relay/command_recorder.hpp"
#include "unit/relay/recording_fixture.hpp"

namespace respguard::relay {
namespace {

using test::ms;
using ReplyTimes = test::Recording;

TEST_F(ReplyTimes, SaysOfPipelinedCommandsHowLongTheyWaitedBehindOthers)
{
    std::uint64_t const start = harness.now_ns;
    harness.client("*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n");
    harness.now_ns = start + 8 * ms;
    harness.upstream("+PONG\r\n");
    harness.now_ns = start + 9 * ms;
    harness.upstream("+PONG\r\n");

    ASSERT_EQ(seen.seen.size(), 2U);
    EXPECT_EQ(seen.seen[0].what.parts.behind_ns, 0U);
    EXPECT_EQ(seen.seen[0].what.parts.upstream_ns, 8 * ms);
    EXPECT_EQ(seen.seen[1].what.parts.behind_ns, 8 * ms);
    EXPECT_EQ(seen.seen[1].what.parts.upstream_ns, 1 * ms);
    EXPECT_EQ(seen.seen[1].what.round_trip_ns, 9 * ms);
}

TEST_F(ReplyTimes, SaysHowLongALargeReplyTook)
{
    std::uint64_t const start = harness.now_ns;
    harness.client("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
    harness.now_ns = start + 1 * ms;
    harness.upstream("$5\r\nhel");
    harness.now_ns = start + 5 * ms;
    harness.upstream("lo\r\n");
    ASSERT_EQ(seen.seen.size(), 1U);
    EXPECT_EQ(seen.seen[0].what.parts.upstream_ns, 1 * ms);
    EXPECT_EQ(seen.seen[0].what.parts.transfer_ns, 4 * ms);
}

TEST_F(ReplyTimes, DoesNotBlameUpstreamForAClientThatDoesNotRead)
{
    std::uint64_t const start = harness.now_ns;
    harness.client("*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n");
    harness.now_ns = start + 1 * ms;
    harness.upstream("+PONG\r\n");
    harness.core().on_client_stalled(start + 2 * ms);
    harness.core().on_client_flows(start + 52 * ms);
    harness.now_ns = start + 53 * ms;
    harness.upstream("+PONG\r\n");

    ASSERT_EQ(seen.seen.size(), 2U);
    auto const& parts = seen.seen[1].what.parts;
    EXPECT_EQ(parts.client_ns, 50 * ms);
    EXPECT_EQ(parts.behind_ns, 1 * ms);
    EXPECT_EQ(parts.upstream_ns, 2 * ms);
}

TEST_F(ReplyTimes, GivesTheGuardItsOwnPart)
{
    harness.read_ns = 1'000;
    harness.now_ns = 41'000;
    harness.client("*1\r\n$4\r\nPING\r\n");
    harness.now_ns = 1 * ms;
    harness.upstream("+PONG\r\n");
    ASSERT_EQ(seen.seen.size(), 1U);
    EXPECT_EQ(seen.seen[0].what.parts.guard_ns, 40'000U);
}

TEST_F(ReplyTimes, TellsWhoAskedAsUpstreamAgreedSoFar)
{
    harness.client("*2\r\n$6\r\nSELECT\r\n$1\r\n4\r\n"
                   "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$3\r\nbob\r\n"
                   "*2\r\n$4\r\nAUTH\r\n$1\r\np\r\n*1\r\n$4\r\nPING\r\n");
    harness.upstream("+OK\r\n+OK\r\n+OK\r\n");
    ASSERT_EQ(seen.seen.size(), 3U);
    EXPECT_EQ(seen.seen[0].what.client.db, 0U);
    EXPECT_EQ(seen.seen[1].what.client.db, 4U);
    EXPECT_EQ(seen.seen[1].what.client.name.size(), 0U);
    EXPECT_EQ(seen.seen[2].what.client.name, "bob");
    harness.core().abandon();
    ASSERT_EQ(seen.seen.size(), 4U);
    EXPECT_EQ(seen.seen[3].client, "10.0.0.5:1234");
    EXPECT_EQ(seen.seen[3].what.client.id, 7U);
    EXPECT_EQ(seen.seen[3].what.client.user, "default");
}

}  // namespace
}  // namespace respguard::relay
