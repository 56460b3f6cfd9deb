#include "respguard/stats/event_ring.hpp"

#include <gtest/gtest.h>

#include <string>

namespace respguard::stats {
namespace {

event event_of(event_type type, std::uint64_t unix_ns = 0)
{
    event made;
    made.type = type;
    made.unix_ns = unix_ns;
    return made;
}

event_ring ring_with(std::size_t kept, std::size_t added)
{
    event_ring ring(kept);
    for (std::size_t i = 0; i < added; ++i)
        ring.add(event_of(i % 2 == 0 ? event_type::rule_hit : event_type::storm, i));
    return ring;
}

TEST(EventRing, IsEmptyAtFirst)
{
    event_ring const ring(3);
    EXPECT_EQ(ring.newest(), 0U);
    EXPECT_EQ(ring.oldest(), 1U);
    EXPECT_TRUE(ring.after(0, 10).empty());
    EXPECT_TRUE(ring.newest_of({}, 10).empty());
}

TEST(EventRing, KeepsTheNewestAndNumbersThem)
{
    auto const ring = ring_with(3, 5);
    EXPECT_EQ(ring.newest(), 5U);
    EXPECT_EQ(ring.oldest(), 3U);
    auto const all = ring.after(0, 10);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all.front().id, 3U);
    EXPECT_EQ(all.back().id, 5U);
}

TEST(EventRing, GivesWhatIsNewerThanAnId)
{
    auto const ring = ring_with(100, 10);
    EXPECT_EQ(ring.after(4, 2).front().id, 5U);
    EXPECT_EQ(ring.after(4, 2).size(), 2U);
    EXPECT_EQ(ring.after(9, 2).size(), 1U);
    EXPECT_TRUE(ring.after(10, 2).empty());
    EXPECT_TRUE(ring.after(~std::uint64_t{0}, 2).empty()) << "an id of another run";
}

TEST(EventRing, CutsTextsThatAClientChooses)
{
    event_ring ring(1);
    event long_named;
    long_named.name.assign(1'000'000, 'x');
    ring.add(long_named);
    EXPECT_EQ(ring.after(0, 1).front().name.size(), event_ring::text_bytes_max);
}

TEST(EventFilter, TakesTheNewestOfTheTypesAskedFor)
{
    auto const ring = ring_with(100, 10);
    event_filter storms;
    storms.only(event_type::storm);
    auto const found = ring.newest_of(storms, 2);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].id, 8U);
    EXPECT_EQ(found[1].id, 10U);
    storms.only(event_type::rule_hit);
    EXPECT_EQ(ring.newest_of(storms, 100).size(), 10U) << "both types";
    storms.after_id = 7;
    EXPECT_EQ(ring.newest_of(storms, 100).size(), 3U);
}

TEST(EventFilter, TakesWhatIsNotOlder)
{
    auto const ring = ring_with(100, 10);
    event_filter late;
    late.from_unix_ns = 8;
    EXPECT_EQ(ring.newest_of(late, 100).size(), 2U);
}

}  // namespace
}  // namespace respguard::stats
