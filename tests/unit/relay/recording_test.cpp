#include <gtest/gtest.h>

#include <string>

#include "relay/exchange.hpp"
#include "unit/policy/judging.hpp"
#include "unit/relay/recording_fixture.hpp"

namespace respguard::relay {
namespace {

using test::ms;
using test::Recording;

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

// A reload puts rules elsewhere while the reply is on its way.
TEST_F(Recording, TellsTheRuleByItsPlaceWhenTheReplyComes)
{
    using policy::action;
    auto const noted = policy::test::rule("noted", {"get"}, action::alert);
    auto const other = policy::test::rule("other", {"flushall"}, action::reject);
    harness.replace_rules(policy::test::compiled({noted}));
    harness.client("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
    harness.client("*2\r\n$3\r\nGET\r\n$1\r\nl\r\n");
    harness.replace_rules(policy::test::compiled({other, noted}));
    harness.upstream("$-1\r\n");
    harness.replace_rules(policy::test::compiled({other}));
    harness.upstream("$-1\r\n");
    ASSERT_EQ(seen.seen.size(), 2U);
    EXPECT_EQ(seen.seen[0].what.rule, 1U);
    EXPECT_EQ(seen.seen[1].what.rule, stats::no_matched_rule) << "it is gone";
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

TEST_F(Recording, CountsTheSizeOfARequestThatIsForwardedBeforeItsSizeIsKnown)
{
    // The large argument is not the last one, as with BullMQ's addStandardJob.
    std::string const mail(3'000'000, 'm');
    std::string const whole = "*6\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n1\r\n$16\r\n"
                              "bull:notify:wait\r\n$3000000\r\n" +
                              mail + "\r\n$1\r\nx\r\n";
    for (std::size_t at = 0; at < whole.size(); at += 100'000)
        harness.client(byte_view(whole).substr(at, 100'000));
    harness.upstream(":1\r\n");
    ASSERT_EQ(seen.seen.size(), 1U);
    EXPECT_EQ(seen.seen[0].queue, "notify");
    EXPECT_EQ(seen.seen[0].what.request_bytes, whole.size());
    for (auto const* kind :
         {&harness.counted().queues, &harness.counted().scripts, &harness.counted().families}) {
        EXPECT_EQ(kind->rows().back().request_bytes_max, whole.size());
        EXPECT_EQ(kind->rows().back().request_bytes, whole.size());
    }
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
    EXPECT_EQ(seen.seen.back().what.request_bytes, 0U) << "not known any more";
    EXPECT_EQ(seen.seen[kept_requests::places_max - 1].what.request_bytes, 14U);
}

}  // namespace
}  // namespace respguard::relay
