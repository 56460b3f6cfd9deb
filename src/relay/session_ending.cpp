// The session: every way out.
#include "respguard/net/sockets.hpp"

#include <algorithm>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>

#include "relay/session.hpp"
#include "relay/session_shared.hpp"

namespace respguard::relay {

namespace {

/// So much is discarded behind the last reply (relay_settings::linger_timeout).
constexpr std::uint32_t linger_bytes = 1024 * 1024;
/// Without a request for so long, a connection is taken to idle.
constexpr std::uint64_t resting_ns = 2'000'000'000;
/// A client may be far away, but not hold its own requests for seconds.
constexpr std::chrono::microseconds longest_round_trip{1'000'000};

bool is_orderly(side by, std::string_view reason, int error) noexcept
{
    if (error != 0) return false;
    if (by == side::client) return reason == "closed" || reason == "quit";
    return by == side::guard && (reason == "drained" || reason == "stopped");
}

}  // namespace

void session::finish(side by, char const* reason, int error)
{
    if (phase_ == phase::finished) return;
    closed_client how;
    how.by = by;
    how.reason = reason;
    how.error = error;
    how.age_ns = net::monotonic_ns() - started_ns_;
    how.commands = exchange_.counted().commands;
    how.errors = exchange_.counted().errors;
    how.rejected = exchange_.counted().rejected;
    how.cancelled = exchange_.owed_by_upstream();
    how.orderly = is_orderly(by, reason, error) && how.cancelled == 0;
    // A half-close has been counted when it came.
    if (by == side::client && !client_ended_ && exchange_.holds_behind_error()) {
        ++shared_.stats.counters.reject_barrier_discards_total;
    }
    exchange_.abandon(net::monotonic_ns());
    for (std::uint16_t const rule : exchange_.refusing_rules().view())
        note_refused_end(rule);
    shared_.stats.count_closed(to_string(by).data(), reason);
    shared_.events.on_closed(info(), how);

    phase_ = phase::finished;
    fall_out_of_step();
    leave_ring(early::dropped);
    early_.reset();
    if (timer_) timer_->cancel();
    client_.close();
    close_upstream();
    requests_.clear();
    to_upstream_.clear();
    to_client_.clear();
    shared_.forget(*this);
}

void session::note_refused_end(std::uint16_t rule)
{
    auto const found =
        shared_.storms.on_refused_end(net::host_of(address()), rule, net::monotonic_ns());
    if (!found) return;
    ++shared_.stats.counters.reject_storms_total;
    shared_.events.on_storm(info(), {found->rule, found->connections, found->within_ns});
}

void session::start_flushing(side by, char const* reason)
{
    end_by_ = by;
    end_reason_ = reason;
    phase_ = phase::flushing;
    fall_out_of_step();
    leave_ring(early::kept);
    early_.reset();
    close_upstream();
    to_upstream_.clear();
    requests_.clear();
    if (to_client_.empty()) {
        after_flush();
        return;
    }
    start_timer(shared_.settings.flush_timeout);
    watch();
}

// Nothing can come that the client could still get: upstream would close as soon as it is told,
// too. What is subscribed to, or streams, may come until then.
bool session::owes_nothing() const noexcept
{
    if (!to_upstream_.empty()) return false;
    request_state const& asked = exchange_.requested();
    if (!asked.used) return true;
    return exchange_.inflight() == 0 && !exchange_.in_request() && !exchange_.in_frame() &&
           !asked.taken_over && !exchange_.replied().subscriptions.any();
}

void session::after_flush()
{
    if (client_ended_) {
        finish(end_by_, end_reason_);
        return;
    }
    phase_ = phase::lingering;
    client_.shutdown_write();
    start_timer(shared_.settings.linger_timeout);
    watch();
}

void session::discard_client_bytes()
{
    auto const got = client_.read(shared_.wake.room());
    if (got.what == net::io_status::would_block) return;
    discarded_bytes_ += static_cast<std::uint32_t>(got.bytes);
    if (got.what != net::io_status::ok || discarded_bytes_ > linger_bytes) {
        finish(end_by_, end_reason_);
    }
}

void session::drain()
{
    draining_ = true;
    fall_out_of_step();
    leave_ring(early::kept);
    if (phase_ == phase::connecting || phase_ == phase::waiting) {
        finish(side::guard, "drained");
    } else if (phase_ == phase::relaying && !end_if_drained()) {
        watch();  // Reads only what completes a request that has begun.
    }
}

// Its length: time for the error to get there and the FIN to come back, by the kernel's own
// estimate of this client's round trip, and settings.barrier for the client to make up its mind.
void session::start_barrier()
{
    if (!to_client_.empty() || client_ended_) return;
    barrier_timed_ = true;
    ++shared_.stats.counters.reject_barriers_total;
    auto const round_trip = std::min(net::round_trip_of(client_.fd()), longest_round_trip);
    start_timer(shared_.settings.barrier + round_trip);
}

bool session::end_if_drained()
{
    if (!draining_ || exchange_.inflight() > 0 || exchange_.in_request() || exchange_.in_frame() ||
        !to_upstream_.empty()) {
        return false;
    }
    start_flushing(side::guard, "drained");
    return true;
}

// What connecting or a burst needed, a connection that idles does not keep.
void session::give_memory_back(std::uint64_t now_ns) noexcept
{
    if (timer_ && !timer_->armed()) timer_.reset();
    if (exchange_.owns_queue() && now_ns - client_read_ns_ > resting_ns) exchange_.rest();
}

void session::check_times(std::uint64_t now_ns)
{
    if (phase_ != phase::relaying) return;
    if (!upstream_is_watched_) {
        // Not when it connects: most connections of a client that comes and goes never need it.
        net::watch_peer(upstream_.fd(), AF_INET, shared_.sockets);
        upstream_is_watched_ = true;
    }
    if (exchange_.inflight() == 0) give_memory_back(now_ns);
    auto const passed = [now_ns](std::uint64_t since, std::chrono::nanoseconds limit) {
        return limit.count() > 0 && now_ns > since &&
               now_ns - since > static_cast<std::uint64_t>(limit.count());
    };
    if (client_ended_) {
        std::chrono::nanoseconds const quiet = shared_.settings.quiet_after_fin;
        if (exchange_.inflight() > 0 || !to_client_.empty()) {
            busy_ns_ = now_ns;
        } else if (now_ns > busy_ns_ + static_cast<std::uint64_t>(quiet.count())) {
            finish(side::client, "closed");
        }
        return;
    }
    // While it is not read, the client is not the one who is slow.
    if (!may_read_client()) request_since_ns_ = now_ns;
    // It waits, or is being told something: behind that, idling begins anew.
    bool const is_told = std::exchange(written_at_check_, client_written_) != client_written_;
    if (is_told || exchange_.inflight() > 0 || !to_client_.empty() ||
        exchange_.replied().subscriptions.any() || exchange_.requested().taken_over) {
        busy_ns_ = now_ns;
    }
    if (exchange_.in_request() && passed(request_since_ns_, shared_.settings.request_timeout)) {
        finish(side::client, "request not finished in time");
    } else if (passed(std::max({started_ns_, client_read_ns_, busy_ns_}),
                      shared_.settings.idle_timeout)) {
        finish(side::client, "idle");
    }
}

}  // namespace respguard::relay
