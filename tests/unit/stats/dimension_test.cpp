#include "respguard/stats/dimension.hpp"

#include <gtest/gtest.h>

#include <string>

namespace respguard::stats {
namespace {

TEST(Dimension, FindsWhatWasAdded)
{
    dimension scripts(4, dimension::histograms::yes);
    EXPECT_EQ(scripts.find(77), no_label);
    label const made = scripts.add(77, "moveToActive", "8eb0");
    EXPECT_EQ(scripts.find(77), made);
    EXPECT_EQ(scripts.name(made), "moveToActive");
    EXPECT_EQ(scripts.of(made).detail, "8eb0");
}

TEST(Dimension, CountsTwoKeysOfOneNameTogether)
{
    dimension scripts(4, dimension::histograms::no);
    EXPECT_EQ(scripts.add(1, "moveToActive"), scripts.add(2, "moveToActive"));
}

TEST(Dimension, CountsRequestsAndReplies)
{
    dimension queues(4, dimension::histograms::yes);
    label const notify = queues.add(1, "notify");
    queues.count_request(notify, 100);
    queues.count_request(notify, 300);
    queues.count_reply(notify, 20, false, 5'000, false);
    queues.count_reply(notify, 40, true, 9'000, false);
    queues.count_reply(notify, 10, false, 5'000'000'000, true);

    usage const& row = queues.of(notify);
    EXPECT_EQ(row.calls, 3U);
    EXPECT_EQ(row.errors, 1U);
    EXPECT_EQ(row.request_bytes, 400U);
    EXPECT_EQ(row.request_bytes_max, 300U);
    EXPECT_EQ(row.reply_bytes, 70U);
    EXPECT_EQ(row.reply_bytes_max, 40U);
    EXPECT_EQ(row.timed, 2U);
    EXPECT_EQ(row.round_trip_ns, 14'000U);
    EXPECT_EQ(row.round_trip_ns_max, 9'000U);
    EXPECT_EQ(row.round_trips.count(), 2U);
    EXPECT_EQ(row.blocked_ns, 5'000'000'000U);
    EXPECT_EQ(row.blocks.count(), 1U);
}

TEST(Dimension, KeepsNoHistogramsUnlessAsked)
{
    dimension families(4, dimension::histograms::no);
    label const one = families.add(1, "iad:*");
    families.count_reply(one, 20, false, 5'000, false);
    EXPECT_EQ(families.of(one).round_trips.count(), 0U);
    EXPECT_EQ(families.of(one).timed, 1U);
}

TEST(Dimension, HasOnePlaceForWhatIsTooMuch)
{
    dimension queues(3, dimension::histograms::no);
    for (std::uint64_t i = 1; i <= 10; ++i) {
        queues.count_request(queues.add(i, "q" + std::to_string(i)), 1);
    }
    EXPECT_EQ(queues.rows().size(), 4U);
    EXPECT_EQ(queues.rows()[0].name, overflow_label);
    EXPECT_EQ(queues.rows()[0].request_bytes, 7U);
    EXPECT_EQ(queues.overflowed(), 7U);
    EXPECT_EQ(queues.add(4, "q4"), label_of_overflow);
    EXPECT_EQ(queues.find(3), queues.add(3, "q3"));
}

TEST(Dimension, KeepsPlacesFreeForKnownNames)
{
    dimension scripts(4, dimension::histograms::no, 2);
    EXPECT_FALSE(scripts.is_full());
    EXPECT_NE(scripts.add(1, "a"), label_of_overflow);
    EXPECT_NE(scripts.add(2, "b"), label_of_overflow);
    EXPECT_TRUE(scripts.is_full());
    EXPECT_EQ(scripts.add(3, "c"), label_of_overflow);
    EXPECT_EQ(scripts.find(3), label_of_overflow) << "it is not looked for again";
    EXPECT_NE(scripts.add(4, "d", {}, true), label_of_overflow);
    EXPECT_NE(scripts.add(5, "e", {}, true), label_of_overflow);
    EXPECT_EQ(scripts.add(6, "f", {}, true), label_of_overflow);
    EXPECT_EQ(scripts.name(scripts.add(7, "d")), "d");
}

TEST(Dimension, MergesByName)
{
    dimension one(4, dimension::histograms::yes);
    dimension two(4, dimension::histograms::yes);
    one.count_reply(one.add(1, "a"), 1, false, 100, false);
    two.count_reply(two.add(9, "b"), 2, false, 100, false);
    two.count_reply(two.add(8, "a"), 4, false, 100, false);
    one.merge(two);
    ASSERT_EQ(one.rows().size(), 3U);
    EXPECT_EQ(one.rows()[1].name, "a");
    EXPECT_EQ(one.rows()[1].reply_bytes, 5U);
    EXPECT_EQ(one.rows()[1].round_trips.count(), 2U);
    EXPECT_EQ(one.rows()[2].name, "b");
}

TEST(Dimension, RemembersFewerKeysThanItHasRoomFor)
{
    dimension scripts(2, dimension::histograms::no);
    for (std::uint64_t key = 1; key < 1'000; ++key)
        EXPECT_NE(scripts.add(key, "same"), no_label);
    EXPECT_EQ(scripts.find(5'000), no_label);  // Ends: the table is never full.
}

}  // namespace
}  // namespace respguard::stats
