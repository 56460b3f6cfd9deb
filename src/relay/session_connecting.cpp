// The session: reaching upstream, and holding the client while that is not possible.
//
// EmailEngine's queue workers do not survive refused or closed connections during an outage, but
// they do survive silent ones (docs/decisions/0003-outage-hold.md). So a client is accepted and
// kept waiting; what it sends stays in the kernel's receive buffer, which bounds it.
#include "respguard/net/sockets.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "relay/session.hpp"
#include "relay/session_shared.hpp"

namespace respguard::relay {

namespace {

constexpr std::uint64_t steady_ns = 5'000'000'000;
constexpr std::uint8_t doublings_max = 20;

}  // namespace

void session::connect()
{
    phase_ = phase::connecting;
    busy_ns_ = net::monotonic_ns();
    net::socket_address const* const where = shared_.addresses.current();
    if (where == nullptr) {
        on_connect_failed(EHOSTUNREACH);
        return;
    }
    auto started = net::start_connect(*where);
    if (started.how.what == net::io_status::error) {
        on_connect_failed(started.how.error);
        return;
    }
    upstream_ = std::move(started.connection);
    upstream_is_watched_ = where->storage.ss_family == AF_UNIX;
    choose_splicing(upstream_is_watched_);
    bool const connected = started.how.what == net::io_status::ok;
    if (!watch_first(upstream_handler_, upstream_.fd(), connected ? EPOLLIN : EPOLLOUT)) return;
    if (connected) {
        on_connected();
    } else {
        start_timer(shared_.settings.connect_timeout);
    }
}

bool session::watch_first(handler& which, int fd, std::uint32_t events)
{
    int const error = shared_.loop.add(fd, events, which);
    if (error != 0) {
        finish(side::guard, "can not watch the socket", error);
        return false;
    }
    which.interest = events;
    return true;
}

void session::on_connect_ready()
{
    int const error = net::connect_error(upstream_);
    if (error == 0) {
        on_connected();
    } else {
        on_connect_failed(error);
    }
}

void session::on_connected()
{
    if (timer_) timer_->cancel();
    barrier_timed_ = false;  // Its time may have been cut off by an attempt: it begins anew.
    connected_ns_ = net::monotonic_ns();
    ++shared_.stats.counters.upstream_connects_total;
    shared_.stats.upstream_connects.add(connected_ns_ - busy_ns_);  // Since connect().
    if (client_handler_.interest == unwatched &&
        !watch_first(client_handler_, client_.fd(), EPOLLIN)) {
        return;
    }
    phase_ = phase::relaying;
    // Nothing was read from the client so far: it was neither slow nor idle.
    request_since_ns_ = busy_ns_ = connected_ns_;
    watch();
}

void session::on_connect_failed(int error)
{
    ++shared_.stats.counters.upstream_connect_failures_total;
    close_upstream();
    shared_.addresses.failed();
    retry_later(error);
}

void session::retry_later(int error)
{
    std::uint64_t const now = net::monotonic_ns();
    // A connection that stood for a while was no failed attempt: a new outage begins.
    if (connected_ns_ != 0 && now - connected_ns_ > steady_ns) {
        held_since_ns_ = 0;
        attempts_ = 0;
    }
    connected_ns_ = 0;
    if (held_since_ns_ == 0) {
        held_since_ns_ = now;
        if (shared_.settings.hold.count() > 0) {
            ++shared_.stats.counters.upstream_holds_total;
            shared_.events.on_held(info(), error);
        }
    }
    auto const held = std::chrono::nanoseconds(now - held_since_ns_);
    if (held >= shared_.settings.hold || draining_) {
        if (!draining_ && held.count() > 0) ++shared_.stats.counters.upstream_hold_timeouts_total;
        finish(draining_ ? side::guard : side::upstream, "not reachable", error);
        return;
    }
    phase_ = phase::waiting;
    watch();
    // Doubling with jitter: 50 waiting clients must not knock all at once when Redis comes back.
    auto const doubled = shared_.settings.retry_min * (1LL << attempts_);
    auto const pause = std::min<std::chrono::nanoseconds>(doubled, shared_.settings.retry_max);
    if (attempts_ < doublings_max) ++attempts_;
    std::uniform_real_distribution<double> jitter(0.5, 1.0);
    auto const jittered = std::chrono::nanoseconds(
        static_cast<std::int64_t>(static_cast<double>(pause.count()) * jitter(shared_.random)));
    start_timer(std::min<std::chrono::nanoseconds>(jittered, shared_.settings.hold - held));
}

void session::start_timer(std::chrono::nanoseconds after)
{
    if (!timer_) timer_ = std::make_unique<net::timer>(shared_.loop, [this] { on_timer(); });
    timer_->arm(after);
}

void session::on_timer()
{
    switch (phase_) {
    case phase::connecting: on_connect_failed(ETIMEDOUT); return;
    case phase::waiting: connect(); return;
    case phase::flushing:
    case phase::lingering: finish(end_by_, end_reason_); return;
    case phase::relaying:
        if (!barrier_timed_) return;
        barrier_timed_ = false;
        exchange_.lift_barrier();
        go_on();
        return;
    case phase::finished: return;
    }
}

}  // namespace respguard::relay
