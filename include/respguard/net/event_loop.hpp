// The readiness loop of one shard: epoll, timers, and mail from other threads.
//
// Not Asio: per command its speculative receives or extra epoll_ctl calls cost 13 to 33 % more CPU
// than this loop (docs/decisions/0001-data-path-loop.md).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <sys/epoll.h>
#include <vector>

namespace respguard::net {

/// Nanoseconds of CLOCK_MONOTONIC: one clock for all durations of the data path.
[[nodiscard]] std::uint64_t monotonic_ns() noexcept;
/// Nanoseconds since 1970, to be shown; jumps when somebody sets the clock.
[[nodiscard]] std::uint64_t wall_clock_ns() noexcept;

/// One file descriptor in the loop. Its owner derives from it; the loop only borrows it.
class event_handler {
public:
    event_handler(event_handler const&) = delete;
    event_handler& operator=(event_handler const&) = delete;

    /// `events` is a set of EPOLL*. Level-triggered: called again while the condition lasts.
    virtual void on_events(std::uint32_t events) = 0;

protected:
    event_handler() = default;
    ~event_handler() = default;
};

class timer;

/// Runs on one thread; everything but post() and stop() is for that thread only.
class event_loop {
public:
    /// Throws boost::system::system_error if the kernel gives no epoll or eventfd.
    event_loop();
    ~event_loop();
    event_loop(event_loop const&) = delete;
    event_loop& operator=(event_loop const&) = delete;

    /// Runs until stop(). May be called again.
    void run();
    /// Ends run() soon, or the next one at once; callable from any thread.
    void stop() noexcept;

    /// @return 0 or errno.
    [[nodiscard]] int add(int fd, std::uint32_t events, event_handler& handler) noexcept;
    void change(int fd, std::uint32_t events, event_handler& handler) noexcept;
    void remove(int fd) noexcept;

    /// Called each time that all events at hand have been told; null: nothing. Replaces the last
    /// one.
    void after_events(std::function<void()> task) { after_events_ = std::move(task); }

    /// Before run(): look for events for so long before sleeping. While there are any, the thread
    /// does not sleep at all; it never looks past the time of a timer.
    void busy_poll(std::chrono::nanoseconds before_sleep) noexcept { busy_poll_ = before_sleep; }

    /// Runs `task` on the loop's thread; callable from any thread.
    void post(std::function<void()> task);
    /// Runs `task` after the events at hand: where an object that is being called ends its own
    /// life.
    void defer(std::function<void()> task);

private:
    friend class timer;
    using timer_map = std::multimap<std::uint64_t, timer*>;

    [[nodiscard]] int wait_ms() const noexcept;
    [[nodiscard]] int wait(std::span<epoll_event> ready) noexcept;
    void run_timers();
    void run_mail();
    void run_deferred();

    int epoll_fd_ = -1;
    int wake_fd_ = -1;
    std::atomic<bool> stopped_{false};
    timer_map timers_;
    std::function<void()> after_events_;
    std::chrono::nanoseconds busy_poll_{0};
    std::vector<std::function<void()>> deferred_;
    std::mutex mail_mutex_;  // Never taken on the data path: only when somebody posted.
    std::vector<std::function<void()>> mail_;
};

/// Calls back once at its time; cancelled when it is destroyed, which its own action must not do.
class timer {
public:
    timer(event_loop& loop, std::function<void()> action) : loop_(loop), action_(std::move(action))
    {
    }
    ~timer() { cancel(); }
    timer(timer const&) = delete;
    timer& operator=(timer const&) = delete;

    /// Replaces an earlier time.
    void arm(std::chrono::nanoseconds after);
    void cancel() noexcept;
    [[nodiscard]] bool armed() const noexcept { return armed_; }

private:
    friend class event_loop;
    event_loop& loop_;
    std::function<void()> action_;
    event_loop::timer_map::iterator place_;
    bool armed_ = false;
};

}  // namespace respguard::net
