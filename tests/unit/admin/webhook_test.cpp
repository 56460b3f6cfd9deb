#include "respguard/admin/event_hub.hpp"
#include "respguard/admin/webhook.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "canned_receiver.hpp"

namespace respguard::admin {
namespace {

constexpr char const* ok_answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
constexpr char const* busy_answer = "HTTP/1.1 503 Busy\r\n\r\n";
constexpr char const* bad_answer = "HTTP/1.1 400 Bad\r\n\r\n";

webhook_settings impatient(std::string url)
{
    webhook_settings made;
    made.url = std::move(url);
    made.retry_min = std::chrono::milliseconds(1);
    made.retry_max = std::chrono::milliseconds(2);
    made.gather = std::chrono::milliseconds(0);
    return made;
}

/// Runs until `enough` of the counts, or a failure.
template <typename Condition>
stats::event_counts run_until(boost::asio::io_context& io, webhook const& hook, Condition enough)
{
    stats::event_counts counts;
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    do {
        io.run_one_for(std::chrono::milliseconds(100));
        hook.count(counts);
    } while (!enough(counts) && std::chrono::steady_clock::now() < end);
    EXPECT_TRUE(enough(counts));
    return counts;
}

TEST(Webhook, PostsWhatComesAfterTheStart)
{
    canned_receiver receiver({ok_answer});
    event_hub hub(10, "77");
    boost::asio::io_context io;
    webhook hook(io, hub, impatient(receiver.url()));
    hub.add({});
    hook.start();
    hub.add({});
    auto const counts = run_until(io, hook, [](auto const& c) { return c.webhook_sent == 1; });
    EXPECT_EQ(counts.webhook_waiting_now, 0U);
    EXPECT_NE(receiver.received().at(0).find("\"id\": 2,"), std::string::npos);
}

TEST(Webhook, TriesTheSameAgain)
{
    canned_receiver receiver({busy_answer, "", ok_answer});
    event_hub hub(10, "77");
    boost::asio::io_context io;
    webhook hook(io, hub, impatient(receiver.url()));
    hook.start();
    hub.add({});
    auto const counts = run_until(io, hook, [](auto const& c) { return c.webhook_sent == 1; });
    EXPECT_EQ(counts.webhook_failures, 2U);
    EXPECT_EQ(counts.webhook_dropped, 0U);
}

TEST(Webhook, DropsAndCountsWhatIsRefusedOrNoLongerKept)
{
    canned_receiver receiver({bad_answer, ok_answer});
    event_hub hub(3, "77");
    boost::asio::io_context io;
    webhook hook(io, hub, impatient(receiver.url()));
    hook.start();
    hub.add({});
    run_until(io, hook, [](auto const& c) { return c.webhook_dropped == 1; });
    for (int i = 0; i < 5; ++i)
        hub.add({});
    auto const counts = run_until(io, hook, [](auto const& c) { return c.webhook_sent == 3; });
    EXPECT_EQ(counts.webhook_dropped, 3U);
}

TEST(Webhook, WithoutAUrlDoesNothing)
{
    event_hub hub(3, "77");
    boost::asio::io_context io;
    webhook hook(io, hub, {});
    hook.start();
    hub.add({});
    EXPECT_EQ(io.run(), 0U);
    stats::event_counts counts;
    hook.count(counts);
    EXPECT_EQ(counts.webhook_waiting_now, 0U);
}

}  // namespace
}  // namespace respguard::admin
