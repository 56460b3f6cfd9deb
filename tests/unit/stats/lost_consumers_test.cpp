#include "respguard/stats/lost_consumers.hpp"

#include <gtest/gtest.h>

namespace respguard::stats {
namespace {

constexpr std::uint64_t s = 1'000'000'000;

std::vector<queue_state> notify(std::uint64_t sign_ns, bool busy = false, std::uint32_t waiting = 0)
{
    queue_state state;
    state.queue = "notify";
    state.workers.sign_ns = sign_ns;
    state.workers.busy = busy;
    state.workers.waiting = waiting;
    return {state};
}

TEST(LostConsumers, AreToldOnceAfterFifteenSeconds)
{
    lost_consumers watch;
    EXPECT_TRUE(watch.look(notify(100 * s), 115 * s, 115 * s).empty());
    auto const changes = watch.look(notify(100 * s), 116 * s, 116 * s);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].queue, "notify");
    EXPECT_TRUE(changes[0].lost);
    EXPECT_EQ(changes[0].silent_ns, 16 * s);
    EXPECT_EQ(watch.lost().count("notify"), 1U);
    EXPECT_TRUE(watch.look(notify(100 * s), 120 * s, 120 * s).empty());
}

TEST(LostConsumers, AreBackWithTheirNextSign)
{
    lost_consumers watch;
    (void)watch.look(notify(100 * s), 116 * s, 116 * s);
    auto const changes = watch.look(notify(130 * s), 131 * s, 131 * s);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_FALSE(changes[0].lost);
    EXPECT_EQ(changes[0].silent_ns, 30 * s);
    EXPECT_TRUE(watch.lost().empty());
}

TEST(LostConsumers, HaveTimeForAJob)
{
    lost_consumers watch;
    EXPECT_TRUE(watch.look(notify(100 * s, true), 400 * s, 400 * s).empty());
    auto const changes = watch.look(notify(100 * s, true), 416 * s, 416 * s);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_TRUE(changes[0].during_job);
}

TEST(LostConsumers, MayWaitOnTheServerAsLongAsTheyLike)
{
    lost_consumers watch;
    EXPECT_TRUE(watch.look(notify(100 * s, false, 1), 900 * s, 900 * s).empty());
}

TEST(LostConsumers, AreNotMissedWhenNothingElseHappens)
{
    lost_consumers watch;
    EXPECT_TRUE(watch.look(notify(100 * s), 100 * s, 900 * s).empty());
    EXPECT_EQ(watch.look(notify(100 * s), 899 * s, 900 * s).size(), 1U);
}

TEST(LostConsumers, AreNotMissedWhereThereNeverWereAny)
{
    lost_consumers watch;
    EXPECT_TRUE(watch.look(notify(0), 900 * s, 900 * s).empty());
}

TEST(ConsumersPulse, MergesShardsByQueue)
{
    consumers_pulse one{notify(100 * s, true), 200 * s};
    consumers_pulse const two{notify(110 * s, false, 2), 150 * s};
    one.merge(two);
    ASSERT_EQ(one.queues.size(), 1U);
    EXPECT_EQ(one.queues[0].workers.sign_ns, 110 * s);
    EXPECT_EQ(one.queues[0].workers.waiting, 2U);
    EXPECT_FALSE(one.queues[0].workers.busy);
    EXPECT_EQ(one.traffic_ns, 200 * s);
}

}  // namespace
}  // namespace respguard::stats
