// The session: how the loop tells what has come, while all of it simply passes.
//
// At first, and whenever there is more to do: as long as a socket can be read. On the ring both
// sockets are read by the loop itself (net/receive_ring.hpp). That is for sessions with small
// messages: what comes next can not be left in the socket, so whoever stops reading has to leave
// first. On the edge, where there is no ring: once, when something comes. That saves the kernel a
// look at each socket before it sleeps, which counts where it sleeps for each message
// (docs/PERFORMANCE.md); but each time all that is there has to be read.
#include <algorithm>
#include <array>
#include <cstddef>
#include <sys/epoll.h>

#include "relay/session.hpp"
#include "relay/session_shared.hpp"

namespace respguard::relay {

namespace {

/// So often in step before it goes there, twice as often after each time that it left, at most so
/// often: four epoll_ctl, on the ring two receives and a cancel as well, have to pay.
constexpr int calm_arrivals_max = 128;
/// More of one argument or reply is better read in larger steps, or spliced.
constexpr std::uint64_t opaque_bytes_max = net::event_loop::received_bytes_max;

}  // namespace

void session::become_calm() noexcept { calm_ = calm_needed_; }

void session::want_more_calm() noexcept
{
    calm_needed_ = static_cast<std::uint8_t>(std::min(calm_needed_ * 2, calm_arrivals_max));
    become_calm();
}

void session::count_calm(std::size_t arrived_bytes)
{
    if (arrived_bytes >= net::event_loop::received_bytes_max) {
        become_calm();
    } else if (--calm_ == 0) {
        shared_.wake.settle_later(*this);
    }
}

void session::settle()
{
    if (phase_ != phase::relaying) return;
    if (on_ring_) {
        if (must_leave_ring_ || !may_stay_on_ring()) leave_ring(early::kept);
    } else if (calm_ == 0 && in_step_) {
        if (shared_.loop.has_ring()) {
            join_ring();
        } else if (!on_edge_) {
            join_edge();
        }
    }
    go_on();
}

void session::join_edge()
{
    // EPOLLIN alone is never the end, nor urgent bytes, in front of which a read stops.
    constexpr std::uint32_t all = EPOLLIN | EPOLLRDHUP | EPOLLPRI | EPOLLET;
    on_edge_ = true;
    // What has come by now is told once more.
    // On a unix socket a read also stops behind bytes with which a client passed a descriptor, and
    // no event tells of that: there the client stays level-triggered.
    if (!client_is_unix_) shared_.loop.change(client_.fd(), all, client_handler_);
    shared_.loop.change(upstream_.fd(), all, upstream_handler_);
}

void session::leave_edge() noexcept
{
    on_edge_ = false;
    want_more_calm();
    if (phase_ == phase::finished) return;
    // What has not been read is told again.
    shared_.loop.change(client_.fd(), client_handler_.interest, client_handler_);
    shared_.loop.change(upstream_.fd(), upstream_handler_.interest, upstream_handler_);
}

void session::join_ring()
{
    shared_.loop.remove(client_.fd());
    shared_.loop.remove(upstream_.fd());
    client_handler_.receive_place = shared_.loop.receive(client_.fd(), client_handler_);
    upstream_handler_.receive_place = shared_.loop.receive(upstream_.fd(), upstream_handler_);
    on_ring_ = in_step_on_ring_ = true;
    in_step_ = on_edge_ = false;
    calm_ = 0;
}

void session::leave_ring(early what)
{
    if (!on_ring_) return;
    leaves_ring_ = true;
    shared_.wake.take_out(
        *this, [this](side from, net::received const& bytes) { keep_early(from, bytes); });
    shared_.loop.stop_receiving(
        std::array{client_handler_.receive_place, upstream_handler_.receive_place});
    leaves_ring_ = on_ring_ = in_step_on_ring_ = must_leave_ring_ = false;
    want_more_calm();
    if (what == early::dropped) {
        early_.reset();
        return;
    }
    // As before: see set_interest() about a failure.
    (void)shared_.loop.add(client_.fd(), client_handler_.interest, client_handler_);
    (void)shared_.loop.add(upstream_.fd(), upstream_handler_.interest, upstream_handler_);
    look_at_early_soon();
}

bool session::may_stay_on_ring() const noexcept
{
    return is_settled() && exchange_.opaque_request_bytes() < opaque_bytes_max &&
           exchange_.opaque_reply_bytes() < opaque_bytes_max;
}

bool session::has_to_leave_ring(side from, net::received const& what)
{
    if (what.how.what == net::io_status::would_block) return false;  // It has been taken out.
    bool const later = !is_settled();
    in_step_on_ring_ = !later;
    // A full buffer is the beginning of something large.
    if (!later && what.bytes.size() < net::event_loop::received_bytes_max) return false;
    if (later) keep_early(from, what);
    must_leave_ring_ = true;
    shared_.wake.settle_later(*this);
    return later;
}

void session::keep_early(side from, net::received const& what)
{
    if (what.how.what == net::io_status::end || what.how.what == net::io_status::would_block)
        return;
    if (!early_) early_ = std::make_unique<early_bytes>();
    early_->add(from, what.how, what.bytes);
}

net::io_result session::read_next(side from, std::span<char> into)
{
    if (early_ && early_->has(from)) [[unlikely]] {
        auto const got = early_->take(from, into);
        if (early_->empty()) early_.reset();
        return got;
    }
    return from == side::client ? client_.read(into) : upstream_.read(into);
}

bool session::waits_for_early(side from) const noexcept
{
    auto const interest =
        from == side::client ? client_handler_.interest : upstream_handler_.interest;
    return early_ && early_->has(from) && interest != unwatched && (interest & EPOLLIN) != 0;
}

void session::look_at_early_soon()
{
    if (!early_ || early_->is_awaited || phase_ != phase::relaying) return;
    if (!waits_for_early(side::client) && !waits_for_early(side::upstream)) return;
    early_->is_awaited = true;
    // It lives at least until what is deferred now has run (session_group).
    shared_.loop.defer([this] { look_at_early(); });
}

void session::look_at_early()
{
    if (!early_) return;
    early_->is_awaited = false;
    if (waits_for_early(side::client)) client_handler_.on_events(EPOLLIN);
    if (waits_for_early(side::upstream)) upstream_handler_.on_events(EPOLLIN);
    look_at_early_soon();
}

}  // namespace respguard::relay
