#include "respguard/net/event_loop.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <utility>

#include "net/receive_ring.hpp"

namespace respguard::net {

namespace {

[[noreturn]] void throw_errno(char const* what)
{
    throw boost::system::system_error(errno, boost::system::system_category(), what);
}

// Four times per command; there is no buffer here that a canary could guard.
__attribute__((no_stack_protector)) std::uint64_t ns_of(clockid_t clock) noexcept
{
    timespec t{};
    ::clock_gettime(clock, &t);
    return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(t.tv_nsec);
}

}  // namespace

std::uint64_t monotonic_ns() noexcept { return ns_of(CLOCK_MONOTONIC); }

std::uint64_t wall_clock_ns() noexcept { return ns_of(CLOCK_REALTIME); }

event_loop::event_loop()
    : epoll_fd_(::epoll_create1(EPOLL_CLOEXEC)), wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      alarm_fd_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK))
{
    if (epoll_fd_ < 0) throw_errno("epoll_create1");
    if (wake_fd_ < 0) throw_errno("eventfd");
    if (alarm_fd_ < 0) throw_errno("timerfd_create");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &wake_fd_;
    if (::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, wake_fd_, &event) != 0) throw_errno("epoll_ctl");
    event.events = EPOLLIN | EPOLLET;  // Never read.
    event.data.ptr = &alarm_fd_;
    if (::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, alarm_fd_, &event) != 0) throw_errno("epoll_ctl");
}

event_loop::~event_loop()
{
    ring_.reset();
    for (int const fd : {alarm_fd_, wake_fd_, epoll_fd_}) {
        if (fd >= 0) ::close(fd);
    }
}

void event_loop::run()
{
    std::array<epoll_event, 256> ready;
    if (ring_) ring_->enable();
    while (!stopped_.load(std::memory_order_relaxed)) {
        int const count = is_receiving() ? wait_by_ring(ready) : wait(ready);
        bool mail = false;
        bool alarm = false;
        for (int i = 0; i < count; ++i) {
            epoll_event const& event = ready[static_cast<std::size_t>(i)];
            if (event.data.ptr == &wake_fd_) {
                mail = true;
            } else if (event.data.ptr == &alarm_fd_) {
                alarm = true;
            } else {
                static_cast<event_handler*>(event.data.ptr)->on_events(event.events);
            }
        }
        if (after_events_) after_events_();
        // Only now: a handler that ended itself may still have had an event in this batch.
        if (!deferred_.empty()) run_deferred();
        if (alarm) run_timers();
        if (mail) run_mail();
        if (!deferred_.empty()) run_deferred();
    }
    stopped_.store(false, std::memory_order_relaxed);
}

void event_loop::stop() noexcept
{
    stopped_.store(true, std::memory_order_relaxed);
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const written = ::write(wake_fd_, &one, sizeof one);
}

int event_loop::add(int fd, std::uint32_t events, event_handler& handler) noexcept
{
    epoll_event event{};
    event.events = events;
    event.data.ptr = &handler;
    return ::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : errno;
}

void event_loop::change(int fd, std::uint32_t events, event_handler& handler) noexcept
{
    epoll_event event{};
    event.events = events;
    event.data.ptr = &handler;
    ::epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, fd, &event);
}

void event_loop::remove(int fd) noexcept { ::epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr); }

void event_loop::use_ring() { ring_ = std::make_unique<receive_ring>(epoll_fd_); }

bool event_loop::is_receiving() const noexcept { return ring_ && ring_->is_used(); }

bool event_loop::counts_as_disk_wait() const noexcept
{
    return ring_ && ring_->counts_as_disk_wait();
}

std::uint32_t event_loop::receive(int fd, event_handler& handler)
{
    return ring_->start(fd, handler);
}

void event_loop::stop_receiving(std::span<std::uint32_t const> places) { ring_->stop(places); }

void event_loop::send(std::span<outgoing> to_all) { ring_->send(to_all); }

void event_loop::post(std::function<void()> task)
{
    {
        std::lock_guard const lock(mail_mutex_);
        mail_.push_back(std::move(task));
    }
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const written = ::write(wake_fd_, &one, sizeof one);
}

void event_loop::defer(std::function<void()> task) { deferred_.push_back(std::move(task)); }

int event_loop::wait(std::span<epoll_event> ready) noexcept
{
    auto const look = [&](int timeout_ms) {
        return ::epoll_wait(epoll_fd_, ready.data(), static_cast<int>(ready.size()), timeout_ms);
    };
    if (!deferred_.empty()) return look(0);
    if (busy_poll_.count() != 0) {
        std::uint64_t const until = monotonic_ns() + static_cast<std::uint64_t>(busy_poll_.count());
        do {
            if (int const count = look(0); count != 0) return count;
        } while (monotonic_ns() < until);
    }
    return look(-1);
}

int event_loop::wait_by_ring(std::span<epoll_event> ready)
{
    bool sleeps = deferred_.empty();
    if (sleeps && busy_poll_.count() != 0) {
        std::uint64_t const until = monotonic_ns() + static_cast<std::uint64_t>(busy_poll_.count());
        do {
            ring_->wait(receive_ring::sleep::no);
            sleeps = !ring_->has_come();
        } while (sleeps && monotonic_ns() < until);
        if (sleeps) ring_->wait(receive_ring::sleep::yes);
    } else {
        ring_->wait(sleeps ? receive_ring::sleep::yes : receive_ring::sleep::no);
    }
    if (!ring_->tell()) return 0;
    return ::epoll_wait(epoll_fd_, ready.data(), static_cast<int>(ready.size()), 0);
}

// By a descriptor of its own, not by the time that epoll_wait() may take: that would have the
// kernel set and cancel an alarm, and us look at the clock, for each message.
void event_loop::set_alarm() noexcept
{
    if (timers_.empty() || timers_.begin()->first >= alarm_ns_) return;
    alarm_ns_ = timers_.begin()->first;
    constexpr std::uint64_t second = 1'000'000'000;
    itimerspec at{};
    at.it_value = {static_cast<time_t>(alarm_ns_ / second), static_cast<long>(alarm_ns_ % second)};
    ::timerfd_settime(alarm_fd_, TFD_TIMER_ABSTIME, &at, nullptr);
}

void event_loop::run_timers()
{
    alarm_ns_ = 0;  // Set once, when all of them have been armed again.
    std::uint64_t const now = monotonic_ns();
    while (!timers_.empty() && timers_.begin()->first <= now) {
        timer* const due = timers_.begin()->second;
        due->cancel();
        due->action_();
    }
    alarm_ns_ = no_alarm;
    set_alarm();
}

void event_loop::run_mail()
{
    std::uint64_t count = 0;
    [[maybe_unused]] auto const got = ::read(wake_fd_, &count, sizeof count);
    std::vector<std::function<void()>> mail;
    {
        std::lock_guard const lock(mail_mutex_);
        mail.swap(mail_);
    }
    for (auto& task : mail)
        task();
}

void event_loop::run_deferred()
{
    std::vector<std::function<void()>> tasks;
    tasks.swap(deferred_);
    for (auto& task : tasks)
        task();
}

void timer::arm(std::chrono::nanoseconds after)
{
    cancel();
    auto const delay = std::max<std::chrono::nanoseconds::rep>(after.count(), 0);
    place_ = loop_.timers_.emplace(monotonic_ns() + static_cast<std::uint64_t>(delay), this);
    armed_ = true;
    loop_.set_alarm();
}

void timer::cancel() noexcept
{
    if (!armed_) return;
    loop_.timers_.erase(place_);
    armed_ = false;
}

}  // namespace respguard::net
