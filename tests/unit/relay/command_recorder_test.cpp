#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "relay/command_recorder.hpp"
#include "support/exchange_harness.hpp"

namespace respguard::relay {
namespace {

constexpr std::uint64_t ms = 1'000'000;

struct told {
    std::string command;
    std::string request;
    std::string client;
    stats::finished_command what;
};

class listener final : public stats::command_listener {
public:
    void on_finished(stats::finished_command const& what) noexcept override
    {
        seen.push_back({std::string(command::traits_of(what.command).name),
                        std::string(what.request), std::string(what.client.address), what});
    }
    std::vector<told> seen;
};

class Recording : public ::testing::Test {
protected:
    Recording()
    {
        stats::command_interest everything;
        everything.everything = true;
        harness.recorder().watch().add(seen, everything);
        harness.core().introduce(7, "10.0.0.5:1234");
    }
    ~Recording() override { harness.recorder().watch().remove(seen); }

    test::exchange_harness harness;
    listener seen;
};

TEST_F(Recording, TellsWhatIsKnownOfAFinishedCommand)
{
    harness.client("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
    harness.now_ns += 3 * ms;
    harness.upstream("$5\r\nhello\r\n");

    ASSERT_EQ(seen.seen.size(), 1U);
    auto const& got = seen.seen.front();
    EXPECT_EQ(got.command, "get");
    EXPECT_EQ(got.request, "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
    EXPECT_EQ(got.client, "10.0.0.5:1234");
    EXPECT_EQ(got.what.client.id, 7U);
    EXPECT_EQ(got.what.arguments, 2U);
    EXPECT_EQ(got.what.request_bytes, 20U);
    EXPECT_EQ(got.what.reply_bytes, 11U);
    EXPECT_EQ(got.what.round_trip_ns, 3 * ms);
    EXPECT_EQ(got.what.outcome, stats::command_outcome::ok);
    EXPECT_EQ(got.what.rule, stats::no_matched_rule);
}

TEST_F(Recording, TellsErrorsWithTheirLine)
{
    harness.client("*1\r\n$3\r\nFOO\r\n");
    harness.upstream("-ERR unknown command\r\n");
    ASSERT_EQ(seen.seen.size(), 1U);
    EXPECT_EQ(seen.seen[0].what.outcome, stats::command_outcome::error);
}

TEST_F(Recording, TellsThatTheReplyNeverCame)
{
    harness.client("*1\r\n$4\r\nPING\r\n");
    harness.core().abandon(5 * ms);
    ASSERT_EQ(seen.seen.size(), 1U);
    EXPECT_EQ(seen.seen[0].what.outcome, stats::command_outcome::cancelled);
    EXPECT_EQ(seen.seen[0].what.at_ns, 5 * ms);
}

TEST_F(Recording, SaysOfPipelinedCommandsHowLongTheyWaitedBehindOthers)
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

TEST_F(Recording, SaysHowLongALargeReplyTook)
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

TEST_F(Recording, DoesNotBlameUpstreamForAClientThatDoesNotRead)
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

TEST_F(Recording, GivesTheGuardItsOwnPart)
{
    harness.read_ns = 1'000;
    harness.now_ns = 41'000;
    harness.client("*1\r\n$4\r\nPING\r\n");
    harness.now_ns = 1 * ms;
    harness.upstream("+PONG\r\n");
    ASSERT_EQ(seen.seen.size(), 1U);
    EXPECT_EQ(seen.seen[0].what.parts.guard_ns, 40'000U);
}

TEST_F(Recording, ReusesThePlaceOfAFinishedRequest)
{
    for (std::size_t i = 0; i < 3 * kept_requests::places_max; ++i) {
        harness.client("*1\r\n$4\r\nPING\r\n");
        harness.upstream("+PONG\r\n");
    }
    ASSERT_FALSE(seen.seen.empty());
    EXPECT_FALSE(seen.seen.back().request.empty());
}

TEST_F(Recording, ForgetsWhatThereIsNoRoomFor)
{
    std::string many;
    for (std::size_t i = 0; i <= kept_requests::places_max; ++i)
        many += "*1\r\n$4\r\nPING\r\n";
    harness.client(many);
    std::string replies;
    for (std::size_t i = 0; i <= kept_requests::places_max; ++i)
        replies += "+PONG\r\n";
    harness.upstream(replies);
    ASSERT_EQ(seen.seen.size(), kept_requests::places_max + 1);
    EXPECT_FALSE(seen.seen[kept_requests::places_max - 1].request.empty());
    EXPECT_TRUE(seen.seen.back().request.empty());
    EXPECT_EQ(seen.seen.back().what.request_bytes, 14U);
}

TEST(KeptRequests, CutsWhatIsLong)
{
    kept_requests kept;
    std::string const lengthy(2 * stats::kept_request_bytes, 'x');
    auto const at = kept.keep(lengthy, 9);
    ASSERT_NE(at, kept_requests::none);
    EXPECT_EQ(kept.of(at).view(), byte_view(lengthy).substr(0, stats::kept_request_bytes));
    EXPECT_EQ(kept.of(at).arguments, 9U);
}

}  // namespace
}  // namespace respguard::relay
