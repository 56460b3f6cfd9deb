#include "relay/session.hpp"

#include "respguard/net/sockets.hpp"

#include <algorithm>
#include <chrono>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>

#include "relay/session_shared.hpp"

namespace respguard::relay {

namespace {

/// Read at least so much at once into a session's own buffer.
constexpr std::size_t read_ahead_bytes = 16 * 1024;

constexpr std::uint32_t hung_up = EPOLLHUP | EPOLLERR;

}  // namespace

// An idle connection is a session and next to nothing else. 1 KiB is what it may cost with what the
// allocator adds and the list that it is in (docs/PERFORMANCE.md).
static_assert(sizeof(session) <= 872);

template <side Of>
void session::handler_of<Of>::on_events(std::uint32_t events)
{
    if (events == EPOLLIN && owner.in_step_) [[likely]] {
        owner.shared_.wake.add(owner, Of);
    } else {
        owner.on_events_apart(Of, events);
    }
}

template <side Of>
void session::handler_of<Of>::on_received(net::received const& what)
{
    if (owner.leaves_ring_) [[unlikely]] {
        owner.keep_early(Of, what);
    } else {
        owner.shared_.wake.add_received(owner, Of, what);
    }
}

void session::on_events_apart(side of, std::uint32_t events)
{
    shared_.wake.run();  // What came before it goes before it.
    // Ended, or joined the ring, behind an earlier event of this wake-up.
    if (phase_ == phase::finished || on_ring_) return;
    fall_out_of_step();
    become_calm();
    if (of == side::client) {
        on_client_events(events);
    } else {
        on_upstream_events(events);
    }
    in_step_ = may_go_in_step();
}

session::session(session_shared& shared, std::uint64_t id, net::stream client,
                 net::socket_address const& peer, std::uint16_t listener)
    : calm_needed_(shared.calm_arrivals), client_(std::move(client)), listener_(listener),
      shared_(shared), exchange_(shared.exchange), started_ns_(net::monotonic_ns()),
      client_is_unix_(peer.storage.ss_family == AF_UNIX)
{
    exchange_.introduce(id, peer.to_string());
    exchange_.know_client(address(), shared_.listeners[listener_]);
    if (shared_.settings.storm_action == "shadow") {
        exchange_.shadow_rules(shared_.storms.rules_of_storm(net::host_of(address()), started_ns_));
    }
}

session::~session() { leave_ring(early::dropped); }

void session::renumber_rules(policy::rule_places const& places)
{
    exchange_.renumber_rules(places);
    // The old ones may not have looked at who sends. What it would have noted, the exchange has.
    exchange_.know_client(address(), shared_.listeners[listener_]);
}

void session::start()
{
    ++shared_.stats.counters.client_connections_total;
    shared_.events.on_connected(info());
    connect();
}

void session::on_client_events(std::uint32_t events)
{
    switch (phase_) {
    case phase::connecting:
    case phase::waiting:
        // Bytes that it sent in the moment in which upstream went stay in its socket.
        if ((events & (hung_up | EPOLLRDHUP)) == 0) return;
        // Nothing was forwarded, so nothing was executed: the client may safely ask somebody else.
        finish(side::client, "closed while upstream was away");
        return;
    case phase::lingering: discard_client_bytes(); return;
    case phase::flushing:
        if ((events & hung_up) != 0) {
            finish(end_by_, end_reason_);
        } else if ((events & EPOLLOUT) != 0) {
            (void)flush_client();
        }
        return;
    case phase::finished: return;
    case phase::relaying: break;
    }
    if ((events & EPOLLERR) != 0) {
        finish(side::client, "connection reset", net::connect_error(client_));
        return;
    }
    if ((events & EPOLLOUT) != 0 && !flush_client()) return;
    if ((events & EPOLLHUP) != 0 && client_ended_) {
        // Both directions are shut: nobody is left to read the replies.
        finish(side::client, "closed");
        return;
    }
    if (may_read_client()) {
        if ((events & (EPOLLIN | EPOLLHUP)) != 0) read_client();
    } else if ((events & EPOLLRDHUP) != 0 &&
               (!exchange_.reads_requests() || exchange_.holds_behind_error())) {
        on_client_end();  // What it sent last is not read any more, but that it left is seen.
    } else if ((events & EPOLLHUP) != 0) {
        unwatch(client_handler_, client_.fd());
    }
}

void session::on_upstream_events(std::uint32_t events)
{
    if (phase_ == phase::connecting) {
        on_connect_ready();
        return;
    }
    if (phase_ != phase::relaying) return;
    if ((events & EPOLLOUT) != 0 && !flush_upstream()) return;
    if ((events & (EPOLLIN | hung_up)) == 0) return;
    if (to_client_.empty()) {
        read_upstream();
    } else if ((events & hung_up) != 0) {
        unwatch(upstream_handler_, upstream_.fd());  // Until the client has taken what is there.
    }
}

std::span<char> session::room_for_requests()
{
    if (requests_.empty()) return shared_.wake.room();
    auto const room = requests_.spare(read_ahead_bytes);
    return room.first(std::min(room.size(), wake_up::read_bytes));
}

void session::read_client()
{
    bool const held = !requests_.empty();
    if (splices_requests_ && !held && !early_ && splice_request()) return;
    auto const room = room_for_requests();
    auto const got = read_next(side::client, room);
    switch (got.what) {
    case net::io_status::would_block: return;
    case net::io_status::error: finish(side::client, "connection reset", got.error); return;
    case net::io_status::end: on_client_end(); return;
    case net::io_status::ok: break;
    }
    client_read_ns_ = shared_.traffic_ns = net::monotonic_ns();
    shared_.stats.counters.client_read_bytes_total += got.bytes;
    if (held) {
        requests_.grew(got.bytes);
        process_requests(requests_.bytes());
    } else {
        process_requests(room.first(got.bytes));
    }
}

void session::process_requests(std::span<char> input)
{
    exchange_.set_now(client_read_ns_);
    after_requests(input, exchange_.on_client_bytes(input, shared_.to_upstream, shared_.to_client));
}

void session::after_requests(std::span<char> input, std::size_t consumed)
{
    output& client = shared_.to_client;
    for (;;) {
        if (consumed > 0 || requests_.empty()) request_since_ns_ = client_read_ns_;
        if (!shared_.judged.empty()) report_judged();
        bool const answered = !client.empty();
        write_upstream();
        if (answered && !write_client()) return;
        if (answered && to_client_.size() > shared_.settings.buffer_bytes) local_output_ = true;
        input = input.subspan(consumed);
        if (!exchange_.has_more() || !may_take_requests()) break;
        consumed = exchange_.on_client_bytes(input, shared_.to_upstream, client);
    }
    if (exchange_.end()) {
        obey_exchange();
        return;
    }
    keep_unread(input);
    if (is_settled() || end_if_drained()) return;
    watch();
}

void session::keep_unread(std::span<char> rest)
{
    if (!requests_.empty()) {
        requests_.drop(requests_.size() - rest.size());
    } else {
        requests_.append({rest.data(), rest.size()});
    }
}

void session::read_upstream()
{
    if (splices_replies_ && !early_ && splice_reply()) return;
    auto const room = shared_.wake.room();
    auto const got = read_next(side::upstream, room);
    switch (got.what) {
    case net::io_status::would_block: return;
    case net::io_status::error: on_upstream_end(got.error); return;
    case net::io_status::end: on_upstream_end(0); return;
    case net::io_status::ok: break;
    }
    std::uint64_t const read_ns = net::monotonic_ns();
    shared_.stats.counters.upstream_read_bytes_total += got.bytes;
    exchange_.on_upstream_bytes({room.data(), got.bytes}, read_ns, shared_.to_client);
    after_replies(read_ns);
}

void session::after_replies(std::uint64_t read_ns)
{
    if (!shared_.judged.empty()) report_judged();
    if (!write_client(read_ns, exchange_.replies_completed())) return;
    if (exchange_.end()) {
        obey_exchange();
        return;
    }
    go_on();
}

void session::go_on()
{
    if (is_settled() || end_if_drained()) return;
    if (exchange_.has_more() && !requests_.empty() && may_take_requests()) {
        process_requests(requests_.bytes());
    } else {
        watch();
    }
}

// Half-close: what is in flight must still be answered, or the application sends it again.
void session::on_client_end()
{
    client_ended_ = true;
    if (exchange_.holds_behind_error()) {
        ++shared_.stats.counters.reject_barrier_discards_total;
        if (barrier_timed_) timer_->cancel();
    }
    requests_.clear();  // An unfinished request is dropped, as Redis does.
    if (owes_nothing()) {
        start_flushing(side::client, "closed");
        return;
    }
    if (to_upstream_.empty()) upstream_.shutdown_write();
    busy_ns_ = net::monotonic_ns();
    watch();
}

void session::on_upstream_end(int error)
{
    if (!exchange_.requested().used && !client_ended_ && !exchange_.in_frame()) {
        // It accepted and hung up before anything was asked: as good as not reachable.
        close_upstream();
        retry_later(error);
        return;
    }
    if (client_ended_) {
        start_flushing(side::client, "closed");
    } else {
        start_flushing(side::upstream, error == 0 ? "closed" : "connection reset");
    }
}

void session::obey_exchange()
{
    auto const& end = *exchange_.end();
    switch (end.how) {
    case exchange_end::manner::at_once: finish(end.by, end.reason); return;
    case exchange_end::manner::flushed: start_flushing(end.by, end.reason); return;
    }
}

void session::report_judged()
{
    client_info const client = info();
    std::uint64_t const now = net::wall_clock_ns();
    for (auto const& request : shared_.judged) {
        if (request.verdict.rule != policy::no_rule) {
            auto& hits = shared_.stats.rules[request.verdict.rule];
            hits.last_unix_ns = now;
            hits.last_client = client.address;
        }
        shared_.events.on_judged(client, request);
    }
    shared_.judged.clear();
}

bool session::may_take_requests() const noexcept
{
    // Never depends on whether the client takes upstream's replies: it may write all of its
    // pipeline before it reads (PROTOCOL.md 1.5). Only replies of our own are bounded that way.
    if (!to_upstream_.empty() || local_output_ || upstream_gave_up_) return false;
    // New requests are somebody else's, once the guard is about to stop.
    return exchange_.wants_requests() && (!draining_ || exchange_.in_request());
}

bool session::may_read_client() const noexcept
{
    return !client_ended_ && !exchange_.has_more() && may_take_requests();
}

bool session::is_settled() const noexcept
{
    return client_handler_.interest == EPOLLIN && upstream_handler_.interest == EPOLLIN &&
           !draining_ && to_client_.empty() && !early_ && may_read_client();
}

void session::watch()
{
    if (phase_ == phase::relaying) {
        std::uint32_t upstream = to_client_.empty() ? EPOLLIN : 0U;
        if (!to_upstream_.empty()) upstream |= EPOLLOUT;
        set_interest(upstream_handler_, upstream_.fd(), upstream);
        if (exchange_.holds_behind_error() && !barrier_timed_) start_barrier();
    }
    if (to_client_.empty() == exchange_.stalled().runs()) note_stall();
    std::uint32_t client = 0;
    // During an outage a client that says goodbye is let go. In the moment that connecting takes it
    // is not looked at: it may just have sent all it has to say.
    if (phase_ == phase::waiting) client = EPOLLRDHUP;
    if (phase_ == phase::lingering) client = EPOLLIN;
    if (phase_ == phase::relaying && may_read_client()) client = EPOLLIN;
    // Behind QUIT or a protocol error it may leave while upstream still blocks for it; behind an
    // error of ours, leaving is what we wait for.
    if (phase_ == phase::relaying && !client_ended_ &&
        (!exchange_.reads_requests() || exchange_.holds_behind_error())) {
        client = EPOLLRDHUP;
    }
    if (!to_client_.empty()) client |= EPOLLOUT;
    set_interest(client_handler_, client_.fd(), client);
    if (early_) look_at_early_soon();
}

void session::set_interest(handler& which, int fd, std::uint32_t events)
{
    if (which.interest == events) return;
    fall_out_of_step();
    leave_ring(early::kept);
    if (which.interest == unwatched) {
        if (events == 0 || shared_.loop.add(fd, events, which) != 0) return;
    } else {
        shared_.loop.change(fd, events, which);
    }
    which.interest = events;
}

void session::unwatch(handler& which, int fd)
{
    shared_.loop.remove(fd);
    which.interest = unwatched;
}

client_info session::info() const
{
    client_info client;
    client.id = exchange_.id();
    client.address = address();
    auto const& state = exchange_.replied();
    if (state.identity) {
        client.name = state.identity->name.value;
        client.user = state.identity->user.value;
    }
    client.db = state.db;
    return client;
}

}  // namespace respguard::relay
