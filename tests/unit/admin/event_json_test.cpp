#include <gtest/gtest.h>

#include "admin/event_json.hpp"

namespace respguard::admin {
namespace {

stats::event flush_hit()
{
    stats::event made;
    made.id = 7;
    made.unix_ns = 1'700'000'000'123'000'000;
    made.rule = "flush";
    made.action = "reject";
    made.command = "flushall";
    made.client = "10.0.0.1:5";
    made.name = "a\nb\xff";
    made.request_bytes = 18;
    return made;
}

TEST(EventJson, LeavesOutWhatIsEmpty)
{
    auto const shown = event_json(flush_hit());
    EXPECT_EQ(shown.at("id").as_uint64(), 7U);
    EXPECT_EQ(shown.at("unix_ms").as_uint64(), 1'700'000'000'123U);
    EXPECT_EQ(shown.at("type").as_string(), "rule_hit");
    EXPECT_EQ(shown.at("request_bytes").as_uint64(), 18U);
    for (auto const* const name : {"user", "db", "left_out", "reason", "client_id"})
        EXPECT_FALSE(shown.contains(name)) << name;
}

TEST(EventJson, AChangeHasItsValuesAndSinceWhen)
{
    auto changed = flush_hit();
    changed.old_value = "100";
    changed.new_value = "2\n0";
    changed.old_seen_unix_ms = 1'700'000'000'000U;
    auto const shown = event_json(changed);
    EXPECT_EQ(shown.at("old").as_string(), "100");
    EXPECT_EQ(shown.at("new").as_string(), "2\\x0a0");
    EXPECT_EQ(shown.at("old_seen_unix_ms").as_uint64(), 1'700'000'000'000U);
    EXPECT_FALSE(event_json(flush_hit()).contains("old_seen_unix_ms"));
}

TEST(EventJson, ShowsNamesSafely)
{
    EXPECT_EQ(event_json(flush_hit()).at("name").as_string(), "a\\x0ab\\xff");
}

TEST(EventJson, AListSaysWhereItEndsAndWhoseIdsTheseAre)
{
    stats::event_ring ring(2);
    for (int i = 0; i < 3; ++i)
        ring.add(flush_hit());
    auto const list = events_json(ring.after(0, 1), ring, "77");
    EXPECT_EQ(list.at("events").as_array().size(), 1U);
    EXPECT_EQ(list.at("run").as_string(), "77");
    EXPECT_EQ(list.at("oldest_id").as_uint64(), 2U);
    EXPECT_EQ(list.at("newest_id").as_uint64(), 3U);
}

}  // namespace
}  // namespace respguard::admin
