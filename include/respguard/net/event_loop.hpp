// The readiness loop of one shard: epoll, timers, and mail from other threads.
//
// Not Asio: per command its speculative receives or extra epoll_ctl calls cost 13 to 33 % more CPU
// than this loop (docs/decisions/0001-data-path-loop.md). Sockets that are only read can be
// received by io_uring instead of being told as ready (docs/decisions/0010-io-uring-shell.md).
#pragma once

#include "respguard/net/stream.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <sys/epoll.h>
#include <vector>

namespace respguard::net {

/// Nanoseconds of CLOCK_MONOTONIC: one clock for all durations of the data path.
[[nodiscard]] std::uint64_t monotonic_ns() noexcept;
/// Nanoseconds since 1970, to be shown; jumps when somebody sets the clock.
[[nodiscard]] std::uint64_t wall_clock_ns() noexcept;

/// What came for a descriptor that the loop receives of.
struct received {
    io_result how;              ///< Never would_block. Behind end and error nothing comes.
    std::span<char> bytes;      ///< Borrowed until the loop waits again.
    std::uint64_t read_ns = 0;  ///< When the thread had them.
};

/// Bytes for one socket, and what became of them.
struct outgoing {
    int fd = -1;
    byte_view bytes;
    io_result how;
};

/// One file descriptor in the loop. Its owner derives from it; the loop only borrows it.
class event_handler {
public:
    event_handler(event_handler const&) = delete;
    event_handler& operator=(event_handler const&) = delete;

    /// `events` is a set of EPOLL*. Called again while the condition lasts, unless EPOLLET was
    /// asked for.
    virtual void on_events(std::uint32_t events) = 0;
    /// Only behind event_loop::receive().
    virtual void on_received(received const& /*what*/) {}

protected:
    event_handler() = default;
    ~event_handler() = default;
};

class timer;
class receive_ring;

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

    /// Before run(): makes receive() possible. Throws boost::system::system_error if the kernel
    /// does not let this process have an io_uring.
    void use_ring();
    [[nodiscard]] bool has_ring() const noexcept { return ring_ != nullptr; }
    /// receive() is under way for somebody.
    [[nodiscard]] bool is_receiving() const noexcept;
    /// While it sleeps, the kernel's statistics say that a processor waits for a disk.
    [[nodiscard]] bool counts_as_disk_wait() const noexcept;
    /// What is longer comes in several. Small: what came at once may have to be kept.
    static constexpr std::size_t received_bytes_max = 4096;
    /// From now on all that comes is read and told to handler.on_received(), in order. The
    /// descriptor must not be in the loop otherwise, nor be closed before stop_receiving().
    /// @return Its place, for stop_receiving().
    [[nodiscard]] std::uint32_t receive(int fd, event_handler& handler);
    /// What has been read is told before this returns, and afterwards nothing: what has not is left
    /// in the socket.
    void stop_receiving(std::span<std::uint32_t const> places);

    /// Sends to several sockets, in order, by one call, as stream::write() would. Each socket once:
    /// one may take less than it is given. Needs a ring; while run() runs.
    void send(std::span<outgoing> to_all);

    /// Called each time that all events at hand have been told; null: nothing. Replaces the last
    /// one.
    void after_events(std::function<void()> task) { after_events_ = std::move(task); }

    /// Before run(): look for events for so long before sleeping. While there are any, the thread
    /// does not sleep at all.
    void busy_poll(std::chrono::nanoseconds before_sleep) noexcept { busy_poll_ = before_sleep; }

    /// Runs `task` on the loop's thread; callable from any thread.
    void post(std::function<void()> task);
    /// Runs `task` after the events at hand: where an object that is being called ends its own
    /// life.
    void defer(std::function<void()> task);

private:
    friend class timer;
    using timer_map = std::multimap<std::uint64_t, timer*>;
    static constexpr std::uint64_t no_alarm = ~std::uint64_t{0};

    [[nodiscard]] int wait(std::span<epoll_event> ready) noexcept;
    [[nodiscard]] int wait_by_ring(std::span<epoll_event> ready);
    void set_alarm() noexcept;
    void run_timers();
    void run_mail();
    void run_deferred();

    int epoll_fd_ = -1;
    int wake_fd_ = -1;
    int alarm_fd_ = -1;
    std::atomic<bool> stopped_{false};
    std::unique_ptr<receive_ring> ring_;  ///< May be null.
    timer_map timers_;
    std::uint64_t alarm_ns_ = no_alarm;  // When alarm_fd_ will wake the thread; 0: not now.
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
