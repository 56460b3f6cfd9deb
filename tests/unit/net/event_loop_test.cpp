#include "respguard/net/event_loop.hpp"
#include "respguard/net/stream.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace respguard::net {
namespace {

using namespace std::chrono_literals;

/// Two ends of a connection; the first one is watched.
class watched final : public event_handler {
public:
    watched()
    {
        std::array<int, 2> fds{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()),
                  0);
        near = stream(fds[0]);
        far = stream(fds[1]);
    }
    void on_events(std::uint32_t events) override
    {
        ++calls;
        last_events = events;
        if (then) then();
    }
    void poke()
    {
        byte_view const byte = "x";
        (void)far.write({&byte, 1});
    }

    stream near;
    stream far;
    int calls = 0;
    std::uint32_t last_events = 0;
    std::function<void()> then;
};

class EventLoop : public testing::Test {
protected:
    event_loop loop;
};

TEST_F(EventLoop, LooksForEventsBeforeItSleeps)
{
    loop.busy_poll(2s);
    watched one;
    ASSERT_EQ(loop.add(one.near.fd(), EPOLLIN, one), 0);
    one.then = [&] { loop.stop(); };
    auto const began = monotonic_ns();
    std::thread later([&] {
        std::this_thread::sleep_for(20ms);
        one.poke();
    });
    timespec before{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    loop.run();
    timespec after{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    later.join();
    EXPECT_EQ(one.calls, 1);
    EXPECT_GE(monotonic_ns() - began, 15'000'000U);
    auto const busy =
        (after.tv_sec - before.tv_sec) * 1'000'000'000 + after.tv_nsec - before.tv_nsec;
    EXPECT_GT(busy, 500'000) << "it slept";
}

TEST_F(EventLoop, DoesNotLookPastATimer)
{
    loop.busy_poll(5s);
    timer soon(loop, [&] { loop.stop(); });
    soon.arm(10ms);
    auto const began = monotonic_ns();
    loop.run();
    EXPECT_LT(monotonic_ns() - began, 4'000'000'000U);
}

TEST_F(EventLoop, CallsWhileTheConditionLasts)
{
    watched one;
    one.poke();
    one.then = [&] {
        if (one.calls == 3) loop.stop();
    };
    ASSERT_EQ(loop.add(one.near.fd(), EPOLLIN, one), 0);
    loop.run();
    EXPECT_EQ(one.calls, 3);
    EXPECT_EQ(one.last_events & EPOLLIN, static_cast<std::uint32_t>(EPOLLIN));
}

TEST_F(EventLoop, CallsForNothingThatIsNotAskedFor)
{
    watched silent;
    watched other;
    silent.poke();
    ASSERT_EQ(loop.add(silent.near.fd(), 0, silent), 0);
    ASSERT_EQ(loop.add(other.near.fd(), EPOLLOUT, other), 0);
    other.then = [&] { loop.stop(); };
    loop.run();
    EXPECT_EQ(silent.calls, 0);
    loop.change(silent.near.fd(), EPOLLIN, silent);
    loop.remove(other.near.fd());
    silent.then = [&] { loop.stop(); };
    loop.run();
    EXPECT_EQ(silent.calls, 1);
    EXPECT_EQ(other.calls, 1);
}

TEST_F(EventLoop, SaysWhatCanNotBeWatched)
{
    watched one;
    EXPECT_NE(loop.add(-1, EPOLLIN, one), 0);
    ASSERT_EQ(loop.add(one.near.fd(), EPOLLIN, one), 0);
    EXPECT_EQ(loop.add(one.near.fd(), EPOLLIN, one), EEXIST);
}

TEST_F(EventLoop, RunsWhatIsDeferredBehindTheEventsAtHand)
{
    watched first;
    watched second;
    std::string order;
    for (watched* each : {&first, &second}) {
        each->poke();
        ASSERT_EQ(loop.add(each->near.fd(), EPOLLIN, *each), 0);
        each->then = [&, each] {
            order += 'e';
            loop.remove(each->near.fd());
            loop.defer([&] { order += 'd'; });
            if (order.size() == 2) loop.defer([&] { loop.stop(); });
        };
    }
    loop.run();
    EXPECT_EQ(order, "eedd");
}

TEST_F(EventLoop, RunsWhatIsDeferredBeforeItWaits)
{
    bool ran = false;
    loop.defer([&] {
        ran = true;
        loop.defer([&] { loop.stop(); });
    });
    loop.run();
    EXPECT_TRUE(ran);
}

TEST_F(EventLoop, RunsWhatOtherThreadsPost)
{
    int count = 0;
    auto const here = std::this_thread::get_id();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int j = 0; j < 100; ++j) {
                loop.post([&] {
                    EXPECT_EQ(std::this_thread::get_id(), here);
                    if (++count == 400) loop.stop();
                });
            }
        });
    }
    loop.run();
    for (auto& each : threads)
        each.join();
    EXPECT_EQ(count, 400);
}

TEST_F(EventLoop, IsStoppedByAnotherThread)
{
    std::thread other([&] { loop.stop(); });
    loop.run();
    other.join();
}

TEST_F(EventLoop, RunsAgainAfterItWasStopped)
{
    for (int i = 0; i < 3; ++i) {
        loop.post([&] { loop.stop(); });
        loop.run();
    }
    loop.stop();
    loop.run();  // A stop() from before ends it at once.
}

TEST_F(EventLoop, DropsWhatWasPostedTooLate)
{
    auto const kept = std::make_shared<int>(1);
    {
        event_loop short_lived;
        short_lived.post([kept] { ADD_FAILURE() << "never runs"; });
        short_lived.defer([kept] { ADD_FAILURE() << "never runs"; });
    }
    EXPECT_EQ(kept.use_count(), 1);
}

// --- timers

TEST_F(EventLoop, CallsTimersInTheOrderOfTheirTimes)
{
    std::string order;
    timer late(loop, [&] {
        order += 'c';
        loop.stop();
    });
    timer early(loop, [&] { order += 'a'; });
    timer middle(loop, [&] { order += 'b'; });
    late.arm(6ms);
    early.arm(0ms);
    middle.arm(3ms);
    loop.run();
    EXPECT_EQ(order, "abc");
    EXPECT_FALSE(late.armed());
}

TEST_F(EventLoop, CallsNoTimerTooEarly)
{
    auto const begin = monotonic_ns();
    timer one(loop, [&] { loop.stop(); });
    one.arm(5ms);
    loop.run();
    EXPECT_GE(monotonic_ns() - begin, 5'000'000U);
}

TEST_F(EventLoop, CallsNoTimerThatWasCancelledOrDestroyed)
{
    timer cancelled(loop, [] { ADD_FAILURE() << "cancelled"; });
    cancelled.arm(0ms);
    cancelled.cancel();
    cancelled.cancel();
    auto destroyed = std::make_unique<timer>(loop, [] { ADD_FAILURE() << "destroyed"; });
    destroyed->arm(0ms);
    destroyed.reset();
    timer last(loop, [&] { loop.stop(); });
    last.arm(2ms);
    loop.run();
}

TEST_F(EventLoop, AnAlarmThatNobodyNeedsAnyMoreWakesItOnceAtMost)
{
    timer cancelled(loop, [] { ADD_FAILURE() << "cancelled"; });
    timer last(loop, [&] { loop.stop(); });
    int rounds = 0;
    loop.after_events([&] { ++rounds; });
    last.arm(8ms);
    cancelled.arm(2ms);
    cancelled.cancel();
    auto const begin = monotonic_ns();
    loop.run();
    EXPECT_GE(monotonic_ns() - begin, 7'000'000U);
    EXPECT_EQ(rounds, 2);
    loop.after_events(nullptr);
}

TEST_F(EventLoop, ATimerMayCancelAnotherThatIsDue)
{
    timer second(loop, [] { ADD_FAILURE() << "cancelled"; });
    timer first(loop, [&] {
        second.cancel();
        loop.stop();
    });
    first.arm(0ms);
    second.arm(0ms);
    loop.run();
}

TEST_F(EventLoop, ATimerMayBeArmedAgainByItsOwnAction)
{
    int calls = 0;
    timer again(loop, [&] {
        if (++calls == 5) {
            loop.stop();
        } else {
            again.arm(0ms);
        }
    });
    again.arm(0ms);
    loop.run();
    EXPECT_EQ(calls, 5);
}

TEST_F(EventLoop, ATimerWithoutPauseDoesNotStarveEvents)
{
    watched one;
    timer busy(loop, [&] { busy.arm(0ms); });
    busy.arm(0ms);
    one.then = [&] { loop.stop(); };
    ASSERT_EQ(loop.add(one.near.fd(), EPOLLIN, one), 0);
    one.poke();
    loop.run();
    EXPECT_EQ(one.calls, 1);
}

TEST_F(EventLoop, ArmingReplacesTheEarlierTime)
{
    int calls = 0;
    timer one(loop, [&] {
        ++calls;
        loop.stop();
    });
    one.arm(10s);
    one.arm(1ms);
    loop.run();
    EXPECT_EQ(calls, 1);
    EXPECT_FALSE(one.armed());
}

}  // namespace
}  // namespace respguard::net
