#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "admin/event_feed.hpp"

namespace respguard::admin {
namespace {

std::string const feed_run = "77";

stats::event feed_event(stats::event_type type = stats::event_type::rule_hit)
{
    stats::event made;
    made.type = type;
    made.name = "two\nlines";
    return made;
}

void add_events(stats::event_ring& ring, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        ring.add(feed_event());
}

std::size_t count_of(std::string const& text, std::string const& part)
{
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

event_query since(std::uint64_t id)
{
    event_query wanted;
    wanted.says_since = true;
    wanted.which.after_id = id;
    return wanted;
}

TEST(EventFeed, TellsOnlyWhatIsNewUnlessAskedForMore)
{
    stats::event_ring ring(10);
    add_events(ring, 2);
    event_feed feed(ring, feed_run, {});
    EXPECT_EQ(feed.next(), "");
    add_events(ring, 1);
    EXPECT_TRUE(feed.next().starts_with("id: 77-3\nevent: rule_hit\ndata: {\"id\":3,"));
    EXPECT_EQ(feed.next(), "");
    EXPECT_EQ(count_of(event_feed(ring, feed_run, since(1)).next(), "id: "), 2U);
}

TEST(EventFeed, AMessageIsThreeLinesWhateverTheNames)
{
    stats::event_ring ring(10);
    add_events(ring, 1);
    auto const text = event_feed(ring, feed_run, since(0)).next();
    EXPECT_EQ(text.find("\n\n"), text.size() - 2);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
}

TEST(EventFeed, SaysHowManyASlowReaderMissed)
{
    stats::event_ring ring(10);
    event_feed feed(ring, feed_run, {});
    add_events(ring, 1);
    EXPECT_EQ(count_of(feed.next(), "event: dropped"), 0U);
    add_events(ring, 17);
    auto const text = feed.next();
    EXPECT_TRUE(text.starts_with("event: dropped\ndata: {\"dropped\":7}\n\nid: 77-9\n")) << text;
    EXPECT_EQ(count_of(text, "id: "), 10U);
    EXPECT_EQ(feed.dropped(), 7U);
    EXPECT_EQ(feed.last(), 18U);
}

TEST(EventFeed, TellsOfTheGapBeforeItCameButDoesNotCountIt)
{
    stats::event_ring ring(3);
    add_events(ring, 10);
    event_feed feed(ring, feed_run, since(5));
    EXPECT_TRUE(feed.next().starts_with("event: dropped\ndata: {\"dropped\":2}\n\n"));
    EXPECT_EQ(feed.dropped(), 0U);
    auto recent = since(0);
    recent.which.from_unix_ns = 1;
    EXPECT_EQ(event_feed(ring, feed_run, recent).next(), "");
}

TEST(EventFeed, LooksBehindABatchOfOtherTypes)
{
    stats::event_ring ring(1'000);
    add_events(ring, 2 * event_feed::batch_max);
    ring.add(feed_event(stats::event_type::storm));
    auto wanted = since(0);
    wanted.which.only(stats::event_type::storm);
    event_feed feed(ring, feed_run, wanted);
    EXPECT_TRUE(feed.next().starts_with("id: 77-201\nevent: storm\n"));
}

TEST(EventFeed, SendsABatchAtATime)
{
    stats::event_ring ring(1'000);
    add_events(ring, event_feed::batch_max + 1);
    event_feed feed(ring, feed_run, since(0));
    EXPECT_EQ(count_of(feed.next(), "id: "), event_feed::batch_max);
    EXPECT_EQ(count_of(feed.next(), "id: "), 1U);
    EXPECT_EQ(feed.next(), "");
}

}  // namespace
}  // namespace respguard::admin
