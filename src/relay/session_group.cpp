#include "respguard/relay/session_group.hpp"

#include "respguard/net/sockets.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "relay/session.hpp"
#include "relay/session_shared.hpp"

namespace respguard::relay {

namespace {

/// Redis's own words (redis 7.0.15 networking.c acceptCommonHandler).
constexpr byte_view too_many_clients = "-ERR max number of clients reached\r\n";

constexpr auto check_interval = std::chrono::seconds(1);
constexpr std::uint32_t sessions_reserved_max = 65'536;

}  // namespace

struct session_group::impl {
    explicit impl(parts const& with)
        : clients_max(with.clients_max),
          shared{with.loop,         with.addresses, with.sockets,
                 with.settings,     with.rules,     with.stats,
                 with.events,       with.listeners, [this](session& ended) { forget(ended); },
                 with.calm_arrivals},
          checks(with.loop, [this] { check_times(); })
    {
        // Growing by doubling would leave as much again behind. Touched only when it is used.
        sessions.reserve(std::min(clients_max, sessions_reserved_max));
        checks.arm(check_interval);
        shared.loop.after_events([this] { shared.wake.run(); });
    }
    ~impl() { shared.loop.after_events(nullptr); }
    impl(impl const&) = delete;
    impl& operator=(impl const&) = delete;

    void forget(session& ended)
    {
        std::size_t const place = ended.index;
        over.push_back(std::move(sessions[place]));
        if (place + 1 != sessions.size()) {
            sessions[place] = std::move(sessions.back());
            sessions[place]->index = static_cast<std::uint32_t>(place);
        }
        sessions.pop_back();
        // Not before: it is being called, and may have another event in this wake-up. One by one:
        // what it has deferred itself comes before its own end, not before that of the first.
        shared.loop.defer([this] { bury_first(); });
    }

    void bury_first()
    {
        over.pop_front();
        if (!sessions.empty() || !drained) return;
        auto const done = std::move(drained);
        drained = nullptr;
        done();
    }

    void check_times()
    {
        std::uint64_t const now = net::monotonic_ns();
        // Backwards: a session that ends is replaced by the last one.
        for (std::size_t i = sessions.size(); i-- > 0;)
            sessions[i]->check_times(now);
        constexpr std::chrono::nanoseconds period = stats::split_window::period;
        constexpr auto period_ns = static_cast<std::uint64_t>(period.count());
        if (now - rotated_ns >= period_ns) {
            shared.stats.rotate();
            rotated_ns = now;
        }
        checks.arm(check_interval);
    }

    std::uint32_t clients_max;
    std::uint64_t next_id = 1;
    std::uint64_t rotated_ns = net::monotonic_ns();
    std::vector<std::unique_ptr<session>> sessions;
    std::deque<std::unique_ptr<session>> over;  // Ended in this wake-up, in that order.
    session_shared shared;
    net::timer checks;
    std::unique_ptr<net::timer> deadline;
    std::function<void()> drained;
};

session_group::session_group(parts const& with) : impl_(std::make_unique<impl>(with)) {}

session_group::~session_group() = default;

stats::command_watch& session_group::watch() noexcept { return impl_->shared.recorder.watch(); }

std::size_t session_group::size() const noexcept { return impl_->sessions.size(); }

void session_group::adopt(net::accept_result const& accepted, std::uint16_t listener)
{
    net::stream client(accepted.fd);
    if (impl_->sessions.size() >= impl_->clients_max) {
        ++impl_->shared.stats.counters.client_connections_refused_total;
        (void)client.write(too_many_clients);
        impl_->shared.events.on_refused(accepted.peer.to_string(), impl_->clients_max);
        return;
    }
    auto made = std::make_unique<session>(impl_->shared, impl_->next_id++, std::move(client),
                                          accepted.peer, listener);
    session& added = *made;
    added.index = static_cast<std::uint32_t>(impl_->sessions.size());
    impl_->sessions.push_back(std::move(made));
    added.start();
}

void session_group::drain(std::function<void()> done)
{
    if (impl_->sessions.empty()) {
        done();
        return;
    }
    impl_->drained = std::move(done);
    impl_->deadline = std::make_unique<net::timer>(impl_->shared.loop, [group = impl_.get()] {
        for (std::size_t i = group->sessions.size(); i-- > 0;) {
            group->sessions[i]->finish(side::guard, "drain timeout");
        }
    });
    impl_->deadline->arm(impl_->shared.settings.drain_timeout);
    for (std::size_t i = impl_->sessions.size(); i-- > 0;)
        impl_->sessions[i]->drain();
}

void session_group::stop()
{
    for (std::size_t i = impl_->sessions.size(); i-- > 0;) {
        impl_->sessions[i]->finish(side::guard, "stopped");
    }
}

void session_group::renumber_rules(policy::rule_places const& places)
{
    auto& counted = impl_->shared.stats.rules;
    auto const old = std::exchange(counted, {});
    counted.resize(places.rules_after());
    for (std::size_t i = 0; i < std::min(old.size(), places.rules_before()); ++i) {
        auto const place = places.of(static_cast<std::uint16_t>(i));
        if (place != policy::no_rule) counted[place] = old[i];
    }
    impl_->shared.names.clear();
    impl_->shared.limits.renumber_rules(places);
    impl_->shared.storms.renumber_rules(places);
    for (auto& each : impl_->sessions)
        each->renumber_rules(places);
}

stats::consumers_pulse session_group::pulse() const
{
    stats::consumers_pulse out;
    out.traffic_ns = impl_->shared.traffic_ns;
    for (auto const& row : impl_->shared.stats.queues.rows()) {
        if (row.workers.sign_ns != 0) out.queues.push_back({row.name, row.workers});
    }
    return out;
}

std::vector<stats::overdue_block> session_group::overdue() const
{
    std::vector<stats::overdue_block> found;
    std::uint64_t const now = net::monotonic_ns();
    for (auto const& each : impl_->sessions) {
        if (auto block = each->overdue(now)) found.push_back(std::move(*block));
    }
    return found;
}

stats::snapshot session_group::snapshot() const
{
    stats::snapshot copy;
    std::uint64_t const now = net::monotonic_ns();
    auto counted = std::make_shared<stats::shard_stats>(impl_->shared.stats);
    counted->clients_now = impl_->sessions.size();
    for (auto const& each : impl_->sessions) {
        counted->held_now += each->is_held() ? 1 : 0;
        counted->upstream_connected_now += each->is_connected() ? 1 : 0;
        counted->inflight_now += each->inflight();
        counted->oldest_inflight_ns =
            std::max(counted->oldest_inflight_ns, each->oldest_inflight_ns(now));
        counted->buffered_bytes_now += each->buffered_bytes();
        if (!each->add_inflight(copy.inflight, now)) copy.inflight_truncated = true;
        if (copy.clients.size() < stats::snapshot::clients_max) {
            copy.clients.push_back(each->row(now));
        } else {
            copy.clients_truncated = true;
        }
    }
    copy.shards.push_back(std::move(counted));
    return copy;
}

}  // namespace respguard::relay
