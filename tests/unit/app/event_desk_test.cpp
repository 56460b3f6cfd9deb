#include <gtest/gtest.h>

#include <thread>

#include "app/event_desk.hpp"

namespace respguard::app {
namespace {

stats::event storm_event()
{
    stats::event made;
    made.type = stats::event_type::storm;
    made.unix_ns = 5;
    made.left_out = 2;
    return made;
}

TEST(EventDesk, KeepsWhatIsRecordedAndGivesItATime)
{
    boost::asio::io_context io;
    event_desk desk(io, {});
    desk.record(stats::event_type::reload, "configuration read again");
    auto const kept = desk.hub().ring().after(0, 10);
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].reason, "configuration read again");
    EXPECT_GT(kept[0].unix_ns, 0U);
    EXPECT_EQ(desk.counts().by_type[static_cast<std::size_t>(stats::event_type::reload)], 1U);
}

TEST(EventDesk, TakesWhatAnotherThreadHandsOver)
{
    boost::asio::io_context io;
    event_desk desk(io, {});
    std::thread([&] {
        for (int i = 0; i < 3; ++i)
            desk.hand_over(storm_event());
    }).join();
    EXPECT_EQ(desk.hub().ring().newest(), 0U) << "not on the other thread";
    io.run();
    EXPECT_EQ(desk.hub().ring().newest(), 3U);
    EXPECT_EQ(desk.hub().ring().after(0, 1)[0].unix_ns, 5U) << "when it happened";
    EXPECT_EQ(desk.counts().left_out, 6U);
    desk.hand_over(storm_event());
    io.restart();
    io.run();
    EXPECT_EQ(desk.hub().ring().newest(), 4U);
}

TEST(EventDesk, DropsAndCountsWhatTheControlThreadDoesNotTake)
{
    boost::asio::io_context io;
    event_desk desk(io, {});
    for (std::size_t i = 0; i < event_desk::handover_max + 5; ++i)
        desk.hand_over(storm_event());
    EXPECT_EQ(desk.counts().handover_dropped, 5U);
    io.run();
    EXPECT_EQ(desk.hub().ring().newest(), event_desk::handover_max);
}

}  // namespace
}  // namespace respguard::app
