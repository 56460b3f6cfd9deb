#include "respguard/stats/finished_command.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace respguard::stats {
namespace {

struct notes final : command_listener {
    void on_finished(finished_command const& what) noexcept override
    {
        seen.push_back(what.round_trip_ns);
    }
    std::vector<std::uint64_t> seen;
};

finished_command of_ms(std::uint64_t ms)
{
    finished_command made;
    made.round_trip_ns = ms * 1'000'000;
    return made;
}

command_interest slower_than_ms(std::uint64_t ms)
{
    command_interest made;
    made.round_trip_ns = ms * 1'000'000;
    return made;
}

TEST(CommandWatch, TellsEachListenerWhatItWants)
{
    command_watch watch;
    notes slow;
    notes slower;
    watch.add(slow, slower_than_ms(5));
    watch.add(slower, slower_than_ms(10));

    watch.tell(of_ms(4));
    watch.tell(of_ms(5));
    watch.tell(of_ms(10));

    EXPECT_EQ(slow.seen.size(), 2U);
    EXPECT_EQ(slower.seen.size(), 1U);
    EXPECT_EQ(watch.wanted().round_trip_ns, 5'000'000U);
}

TEST(CommandWatch, WantsNothingWhenNobodyIsLeft)
{
    command_watch watch;
    notes all;
    command_interest everything;
    everything.everything = true;
    watch.add(all, everything);
    EXPECT_TRUE(watch.wanted().everything);

    watch.remove(all);
    watch.tell(of_ms(1));

    EXPECT_FALSE(watch.wanted().everything);
    EXPECT_EQ(watch.wanted().round_trip_ns, command_interest::never);
    EXPECT_TRUE(all.seen.empty());
}

TEST(CommandWatch, KnowsAListenerOnce)
{
    command_watch watch;
    notes one;
    watch.add(one, slower_than_ms(1));
    watch.add(one, slower_than_ms(3));
    watch.tell(of_ms(2));
    watch.tell(of_ms(3));
    EXPECT_EQ(one.seen.size(), 1U);
}

TEST(CommandInterest, JudgesBlockingCommandsByTheirOwnLimit)
{
    command_interest interest = slower_than_ms(10);
    finished_command waited = of_ms(5'000);
    waited.blocking = true;
    EXPECT_FALSE(interest.takes(waited));
    interest.blocked_ns = 1'000'000'000;
    EXPECT_TRUE(interest.takes(waited));
}

TEST(CommandInterest, TakesSizesAndOutcomesOnlyWhenAsked)
{
    finished_command what;
    what.request_bytes = 2'000;
    what.reply_bytes = 10;
    command_interest interest;
    EXPECT_FALSE(interest.takes(what));
    interest.request_bytes = 2'000;
    EXPECT_TRUE(interest.takes(what));

    interest = {};
    what.outcome = command_outcome::error;
    EXPECT_FALSE(interest.takes(what));
    interest.errors = true;
    EXPECT_TRUE(interest.takes(what));

    what.outcome = command_outcome::rejected;
    EXPECT_FALSE(interest.takes(what));
    interest.cancelled = true;
    EXPECT_FALSE(interest.takes(what));
    what.outcome = command_outcome::cancelled;
    EXPECT_TRUE(interest.takes(what));
    what.outcome = command_outcome::rejected;
    interest.unanswered = true;
    EXPECT_TRUE(interest.takes(what));
}

}  // namespace
}  // namespace respguard::stats
