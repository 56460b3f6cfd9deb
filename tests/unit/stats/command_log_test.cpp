#include "respguard/stats/command_log.hpp"

#include <gtest/gtest.h>

namespace respguard::stats {
namespace {

constexpr std::uint64_t ms = 1'000'000;
constexpr byte_view request = "*3\r\n$3\r\nSET\r\n$8\r\niad:john\r\n$4\r\nmail\r\n";

finished_command taking_ms(std::uint64_t took)
{
    finished_command made;
    made.command = command::find("set");
    made.request = request;
    made.arguments = 3;
    made.round_trip_ns = took * ms;
    made.request_bytes = request.size();
    made.reply_bytes = 5;
    made.client.address = "10.0.0.5:1";
    made.queue = "notify";
    return made;
}

TEST(CommandLogs, KeepsWhatIsSlow)
{
    command_watch watch;
    command_logs logs(watch);
    watch.tell(taking_ms(9));
    watch.tell(taking_ms(10));

    auto const entries = logs.entries();
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0]->kind, log_kind::slow);
    EXPECT_EQ(entries[0]->round_trip_ns, 10 * ms);
    EXPECT_EQ(entries[0]->arguments, (std::vector<std::string>{"SET", "iad:john", "(4 bytes)"}));
    EXPECT_EQ(entries[0]->client, "10.0.0.5:1");
    EXPECT_EQ(entries[0]->queue, "notify");
    EXPECT_GT(entries[0]->unix_ns, 0U);
}

TEST(CommandLogs, DoesNotCallBlockingSlow)
{
    command_watch watch;
    command_logs logs(watch);
    auto waited = taking_ms(5'000);
    waited.blocking = true;
    watch.tell(waited);
    EXPECT_TRUE(logs.entries().empty());

    command_log_settings settings;
    settings.blocked_longer_than = std::chrono::milliseconds(1'000);
    logs.replace(settings);
    watch.tell(waited);
    EXPECT_EQ(logs.entries().size(), 1U);
}

TEST(CommandLogs, IsOffBelowZeroAndTakesAllAtZero)
{
    command_watch watch;
    command_log_settings settings;
    settings.slower_than = std::chrono::milliseconds(-1);
    command_logs logs(watch, settings);
    watch.tell(taking_ms(60'000));
    EXPECT_TRUE(logs.entries().empty());

    settings.slower_than = std::chrono::milliseconds(0);
    logs.replace(settings);
    watch.tell(taking_ms(1));
    watch.tell(taking_ms(0));  // Not timed.
    EXPECT_EQ(logs.entries().size(), 1U);
}

TEST(CommandLogs, KeepsLargeRequestsAndReplies)
{
    command_watch watch;
    command_log_settings settings;
    settings.request_bytes = 1'000;
    settings.reply_bytes = 2'000;
    command_logs logs(watch, settings);
    auto large = taking_ms(1);
    large.request_bytes = 1'000;
    large.reply_bytes = 2'000;
    watch.tell(large);
    ASSERT_EQ(logs.entries().size(), 2U);
    EXPECT_EQ(logs.entries()[0]->kind, log_kind::large_request);
    EXPECT_EQ(logs.entries()[1]->kind, log_kind::large_reply);
    EXPECT_EQ(logs.counts(), (std::array<std::uint64_t, 3>{0, 1, 1}));
}

TEST(CommandLogs, KeepsTheNewestOnly)
{
    command_watch watch;
    command_log_settings settings;
    settings.kept = 3;
    command_logs logs(watch, settings);
    for (int i = 0; i < 10; ++i)
        watch.tell(taking_ms(20));
    auto const entries = logs.entries();
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_EQ(entries[0]->id, 8U);
    EXPECT_EQ(entries[2]->id, 10U);
    EXPECT_EQ(logs.counts()[0], 10U);
    logs.clear();
    EXPECT_TRUE(logs.entries().empty());
}

TEST(CommandLogs, HidesWhatIsKeptWhenLessIsToBeSeen)
{
    command_watch watch;
    command_log_settings settings;
    settings.show = "all";
    command_logs logs(watch, settings);
    watch.tell(taking_ms(20));
    auto const before = logs.entries();
    ASSERT_EQ(before[0]->arguments, (std::vector<std::string>{"SET", "iad:john", "mail"}));

    settings.show = "keys";
    logs.replace(settings);
    watch.tell(taking_ms(20));
    auto const hidden = std::vector<std::string>{"SET", "(hidden)", "(hidden)"};
    ASSERT_EQ(logs.entries().size(), 2U);
    EXPECT_EQ(logs.entries()[0]->arguments, hidden);
    EXPECT_EQ(logs.entries()[0]->id, 1U);
    EXPECT_EQ(logs.entries()[1]->arguments,
              (std::vector<std::string>{"SET", "iad:john", "(4 bytes)"}));
    EXPECT_EQ(before[0]->arguments[2], "mail") << "a reader's copy changed";

    settings.show = "none";
    logs.replace(settings);
    EXPECT_EQ(logs.entries()[1]->arguments, hidden);

    watch.tell(taking_ms(20));
    settings.show = "all";
    logs.replace(settings);
    EXPECT_EQ(logs.entries()[2]->arguments,
              (std::vector<std::string>{"SET", "(8 bytes)", "(4 bytes)"}));
}

TEST(CommandLogs, TellsEachEntry)
{
    command_watch watch;
    command_logs logs(watch);
    int told = 0;
    logs.on_entry([&](logged_command const&) { ++told; });
    watch.tell(taking_ms(20));
    EXPECT_EQ(told, 1);
}

TEST(CommandLogs, WantsNothingOnceItIsGone)
{
    command_watch watch;
    {
        command_logs const logs(watch);
        EXPECT_EQ(watch.wanted().round_trip_ns, 10 * ms);
    }
    EXPECT_EQ(watch.wanted().round_trip_ns, command_interest::never);
}

TEST(InWords, NamesTheLargestPart)
{
    time_parts parts;
    parts.behind_ns = 7'400'000;
    parts.upstream_ns = 700'000;
    EXPECT_EQ(in_words(parts, 8'100'000),
              "7.4 ms of 8.1 ms waiting behind earlier commands on the same connection");
    parts.client_ns = 50 * ms;
    EXPECT_EQ(in_words(parts, 58'100'000),
              "50.0 ms of 58.1 ms because the client did not read what was there for it");
    EXPECT_EQ(in_words({}, 0), "");
}

TEST(InWords, HasMicrosecondsForWhatIsQuick)
{
    time_parts parts;
    parts.upstream_ns = 41'200;
    EXPECT_EQ(in_words(parts, 999'900), "41.2 us of 999.9 us until the server's reply began");
    EXPECT_EQ(in_words(parts, ms), "41.2 us of 1.0 ms until the server's reply began");
}

}  // namespace
}  // namespace respguard::stats
