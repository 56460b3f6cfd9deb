#include "respguard/net/ring_trial.hpp"
#include "respguard/net/stream.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include "net/receive_ring.hpp"

namespace respguard::net {
namespace {

using namespace std::chrono_literals;

/// A connection; the loop receives of its near end.
class ringed final : public event_handler {
public:
    explicit ringed(event_loop& loop) : loop_(loop)
    {
        std::array<int, 2> fds{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()),
                  0);
        near = stream(fds[0]);
        far = stream(fds[1]);
    }
    ~ringed() { stop(); }
    ringed(ringed const&) = delete;
    ringed& operator=(ringed const&) = delete;

    void on_events(std::uint32_t /*events*/) override { ++ready; }
    void on_received(received const& what) override
    {
        EXPECT_EQ(what.how.bytes, what.bytes.size());
        EXPECT_GT(what.read_ns, 0U);
        text.append(what.bytes.data(), what.bytes.size());
        if (what.how.what == io_status::end) ended = true;
        if (what.how.what == io_status::error) error = what.how.error;
        ++told;
        if (then) then();
    }
    void start()
    {
        place = {loop_.receive(near.fd(), *this)};
        on = true;
    }
    void stop()
    {
        if (on) loop_.stop_receiving(place);
        on = false;
    }
    /// Also what was not received but left in the socket.
    [[nodiscard]] std::string all()
    {
        std::array<char, 64> room{};
        auto const got = near.read(room);
        return text + std::string(room.data(), got.bytes);
    }
    void say(std::string const& bytes)
    {
        byte_view const piece = bytes;
        EXPECT_EQ(far.write({&piece, 1}).bytes, bytes.size());
    }

    stream near;
    stream far;
    std::array<std::uint32_t, 1> place{};
    bool on = false;
    std::string text;
    bool ended = false;
    int error = 0;
    int told = 0;
    int ready = 0;
    std::function<void()> then;

private:
    event_loop& loop_;
};

class ReceiveRing : public testing::Test {
protected:
    void SetUp() override
    {
        if (auto const tried = try_ring(); !tried.works) GTEST_SKIP() << tried.why_not;
        loop.use_ring();
    }
    /// Runs the loop until it is so; fails after five seconds.
    void run_until(std::function<bool()> const& holds)
    {
        auto const limit = monotonic_ns() + 5'000'000'000U;
        bool held = false;
        timer tick(loop, [&] {
            held = holds();
            if (held || monotonic_ns() > limit) {
                loop.stop();
            } else {
                tick.arm(100us);
            }
        });
        tick.arm(0ns);
        loop.run();
        EXPECT_TRUE(held);
    }
    void run_shortly()
    {
        timer end(loop, [&] { loop.stop(); });
        end.arm(5ms);
        loop.run();
    }

    event_loop loop;
};

TEST_F(ReceiveRing, TellsAllThatComesInOrderAndThenTheEnd)
{
    ringed one(loop);
    one.start();
    std::string sent;
    for (int i = 0; i < 100; ++i) {
        std::string const word = std::to_string(i) + ' ';
        sent += word;
        one.say(word);
        if (i % 7 == 0) run_shortly();
    }
    one.far.close();
    run_until([&] { return one.ended; });
    EXPECT_EQ(one.text, sent);
}

TEST_F(ReceiveRing, StopTellsWhatHadComeAndNothingLater)
{
    ringed one(loop);
    one.start();
    one.say("a");
    run_until([&] { return one.text == "a"; });
    one.say("b");
    one.stop();
    std::string const told = one.text;
    one.say("c");
    run_shortly();
    EXPECT_EQ(one.text, told);
    EXPECT_EQ(one.all(), "abc");
}

TEST_F(ReceiveRing, StopTellsWhatWasReceived)
{
    ringed one(loop);
    ringed first(loop);
    first.start();
    one.start();
    run_shortly();
    first.say("x");
    one.say("a");
    // Its bytes are in a buffer by now, behind those of the first.
    first.then = [&] { one.stop(); };
    run_until([&] { return first.told > 0; });
    EXPECT_EQ(one.text, "a");
}

TEST_F(ReceiveRing, StopBeforeTheFirstWaitLosesNothing)
{
    ringed one(loop);
    run_shortly();  // The ring is this thread's.
    one.say("a");
    one.start();
    one.stop();
    EXPECT_EQ(one.all(), "a");
}

TEST_F(ReceiveRing, StopOfOneKeepsWhatCameForOthers)
{
    ringed one(loop);
    ringed other(loop);
    one.start();
    other.start();
    run_shortly();
    one.say("a");
    other.say("1");
    one.stop();
    EXPECT_EQ(one.all(), "a");
    other.say("2");
    run_until([&] { return other.text == "12"; });
}

// Their buffers are not empty before they are told.
TEST_F(ReceiveRing, WhatAStopCameAcrossIsNotWrittenOver)
{
    ringed one(loop);
    ringed other(loop);
    std::vector<std::unique_ptr<ringed>> busy;
    for (int i = 0; i < 20; ++i)
        busy.push_back(std::make_unique<ringed>(loop));
    std::string const much(100'000, 'm');
    for (int round = 0; round < 20; ++round) {
        one.start();
        other.start();
        for (auto& each : busy)
            each->start();
        run_shortly();
        std::string const word = "word " + std::to_string(round);
        timer later(loop, [&] {
            one.say("x");
            other.say(word);
            one.stop();
            for (auto& each : busy)
                each->say(much);
        });
        other.text.clear();
        later.arm(0ns);
        run_until([&] { return other.text.size() >= word.size(); });
        EXPECT_EQ(other.text, word);
        for (auto& each : busy) {
            run_until([&] { return each->text.size() >= much.size(); });
            EXPECT_EQ(each->text, much);
            each->stop();
            each->text.clear();
        }
        other.stop();
        (void)one.all();
        one.text.clear();
    }
}

TEST_F(ReceiveRing, AHandlerMayStopOthersAndItself)
{
    std::vector<std::unique_ptr<ringed>> all;
    for (int i = 0; i < 8; ++i) {
        all.push_back(std::make_unique<ringed>(loop));
        all.back()->start();
    }
    run_shortly();
    for (auto& each : all)
        each->say("x");
    all[0]->then = [&] {
        for (auto& each : all)
            each->stop();
    };
    run_until([&] { return all[0]->told > 0; });
    run_shortly();
    for (auto& each : all)
        EXPECT_EQ(each->all(), "x");
}

TEST_F(ReceiveRing, APlaceTellsItsNewOwnerNothingOfTheOld)
{
    for (int i = 0; i < 200; ++i) {
        ringed old(loop);
        old.start();
        auto const place = old.place;
        if (i % 2 == 0) run_shortly();
        old.say("old");
        old.stop();
        ringed fresh(loop);
        fresh.start();
        EXPECT_EQ(fresh.place, place);
        fresh.say("new");
        run_until([&] { return !fresh.text.empty(); });
        EXPECT_EQ(fresh.text, "new");
    }
}

TEST_F(ReceiveRing, CloseBehindStopReachesThePeerAtOnce)
{
    ringed one(loop);
    one.start();
    run_shortly();
    one.stop();
    one.near.close();
    std::array<char, 8> room{};
    EXPECT_EQ(one.far.read(room).what, io_status::end);
}

TEST_F(ReceiveRing, ErrorsAreTold)
{
    ringed one(loop);
    one.start();
    run_shortly();
    byte_view const unread = "never read";
    ASSERT_EQ(one.near.write({&unread, 1}).what, io_status::ok);
    one.far.close();  // With bytes unread: ECONNRESET on the other side.
    run_until([&] { return one.error != 0; });
    EXPECT_EQ(one.error, ECONNRESET);
}

// More than there are buffers for: receives end with ENOBUFS and go on when there are some again.
TEST_F(ReceiveRing, RunsOutOfBuffersAndGoesOn)
{
    std::vector<std::unique_ptr<ringed>> all;
    for (int i = 0; i < 400; ++i) {
        all.push_back(std::make_unique<ringed>(loop));
        all.back()->start();
    }
    run_shortly();
    std::string expected;
    for (int round = 0; round < 3; ++round) {
        std::string const word(50'000, static_cast<char>('a' + round));
        expected += word;
        for (auto& each : all)
            each->say(word);
        run_until([&] { return all.front()->text == expected && all.back()->text == expected; });
    }
    for (auto& each : all) {
        run_until([&] { return each->text.size() >= expected.size(); });
        EXPECT_EQ(each->text, expected);
    }
}

TEST_F(ReceiveRing, WhatIsReadyOtherwiseIsToldWhileItLasts)
{
    ringed received(loop);
    received.start();
    ringed watched(loop);
    ASSERT_EQ(loop.add(watched.near.fd(), EPOLLIN, watched), 0);
    watched.say("not read");
    run_until([&] { return watched.ready > 3; });
    received.say("x");
    run_until([&] { return received.text == "x"; });
    int const before = watched.ready;
    run_until([&] { return watched.ready > before + 3; });
    loop.remove(watched.near.fd());
}

TEST_F(ReceiveRing, MailAndStopOfOtherThreadsEndTheWait)
{
    ringed one(loop);
    one.start();
    bool ran = false;
    std::thread other([&] {
        std::this_thread::sleep_for(10ms);
        loop.post([&] { ran = true; });
        std::this_thread::sleep_for(10ms);
        loop.stop();
    });
    loop.run();
    other.join();
    EXPECT_TRUE(ran);
}

TEST_F(ReceiveRing, CallsTimersInTime)
{
    ringed one(loop);
    one.start();
    auto const began = monotonic_ns();
    timer end(loop, [&] { loop.stop(); });
    end.arm(20ms);
    loop.run();
    EXPECT_GE(monotonic_ns() - began, 20'000'000U);
    EXPECT_LT(monotonic_ns() - began, 2'000'000'000U);
}

TEST_F(ReceiveRing, LooksForEventsBeforeItSleeps)
{
    loop.busy_poll(2s);
    ringed one(loop);
    one.start();
    one.then = [&] { loop.stop(); };
    std::thread later([&] {
        std::this_thread::sleep_for(10ms);
        one.say("x");
    });
    loop.run();
    later.join();
    EXPECT_EQ(one.text, "x");
}

TEST_F(ReceiveRing, SendsToSeveralAndSaysWhatBecameOfEach)
{
    ringed taking(loop);
    ringed full(loop);
    ringed gone(loop);
    run_shortly();
    std::string const much(10'000'000, 'm');
    gone.far.close();
    std::array<outgoing, 3> all{
        {{taking.near.fd(), "hello", {}}, {full.near.fd(), much, {}}, {gone.near.fd(), "x", {}}}};
    loop.send(all);
    EXPECT_EQ(all[0].how.what, io_status::ok);
    EXPECT_EQ(all[0].how.bytes, 5U);
    EXPECT_EQ(all[1].how.what, io_status::ok);
    EXPECT_LT(all[1].how.bytes, much.size());
    EXPECT_EQ(all[2].how.what, io_status::error);
    EXPECT_EQ(all[2].how.error, EPIPE);
    std::array<outgoing, 1> again{{{full.near.fd(), much, {}}}};
    loop.send(again);
    EXPECT_EQ(again[0].how.what, io_status::would_block);
    std::array<char, 8> room{};
    EXPECT_EQ(std::string(room.data(), taking.far.read(room).bytes), "hello");
}

TEST_F(ReceiveRing, WhatComesWhileSendingIsToldLater)
{
    ringed one(loop);
    one.start();
    run_shortly();
    one.say("x");
    std::array<outgoing, 1> all{{{one.near.fd(), "y", {}}}};
    loop.send(all);
    EXPECT_EQ(all[0].how.bytes, 1U);
    run_until([&] { return one.text == "x"; });
}

}  // namespace
}  // namespace respguard::net
