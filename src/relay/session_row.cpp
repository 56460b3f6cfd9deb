// The session as people see it.
#include "respguard/net/sockets.hpp"

#include <chrono>
#include <utility>

#include "relay/session.hpp"
#include "relay/session_shared.hpp"

namespace respguard::relay {

namespace {

std::uint64_t path_times_ns(std::chrono::nanoseconds time) noexcept
{
    return static_cast<std::uint64_t>(time.count());
}

}  // namespace

std::size_t session::buffered_bytes() const noexcept
{
    return requests_.size() + to_upstream_.size() + to_client_.size();
}

stats::client_row session::row(std::uint64_t now_ns) const
{
    stats::client_row row;
    client_info const client = info();
    row.id = client.id;
    row.address = client.address;
    row.listener = shared_.listeners[listener_];
    row.name = client.name;
    row.user = client.user;
    row.db = client.db;
    auto const& replied = exchange_.replied();
    row.resp = replied.resp;
    row.subscribed = replied.subscriptions.any();
    row.in_multi = exchange_.requested().in_multi;
    switch (phase_) {
    case phase::connecting:
    case phase::waiting: row.state = "held"; break;
    case phase::relaying: row.state = "connected"; break;
    case phase::flushing:
    case phase::lingering:
    case phase::finished: row.state = "closing"; break;
    }
    row.age_ns = now_ns - started_ns_;
    row.idle_ns = now_ns - (client_read_ns_ == 0 ? started_ns_ : client_read_ns_);
    auto const& counted = exchange_.counted();
    row.commands = counted.commands;
    row.rejected = counted.rejected;
    row.errors = counted.errors;
    row.request_bytes = counted.request_bytes;
    row.reply_bytes = counted.reply_bytes;
    row.timed = counted.timed;
    row.round_trip_ns = counted.round_trip_ns;
    row.round_trip_ns_max = counted.round_trip_ns_max;
    row.blocked_ns = counted.blocked_ns;
    row.behind_ns = counted.behind_ns;
    row.client_wait_ns = exchange_.stalled().at(now_ns);
    if (phase_ == phase::relaying) {
        auto const path = net::path_of(upstream_.fd());
        row.path_ns = path_times_ns(path.round_trip);
        row.path_min_ns = path_times_ns(path.shortest);
    }
    row.inflight = static_cast<std::uint32_t>(exchange_.inflight());
    row.buffered_bytes = buffered_bytes();
    if (exchange_.inflight() > 0) {
        auto const& oldest = exchange_.queue().front();
        row.oldest_command = command::traits_of(oldest.command).name;
        if (oldest.stamped) row.oldest_inflight_ns = now_ns - oldest.sent;
    }
    return row;
}

bool session::add_inflight(std::vector<stats::inflight_row>& to, std::uint64_t now_ns) const
{
    auto const& queue = exchange_.queue();
    std::size_t behind = 0;
    for (std::uint64_t at = queue.first_number(); at != queue.end_number(); ++at, ++behind) {
        inflight_entry const& entry = queue.at(at);
        if (entry.what >= owed::local) continue;
        if (to.size() >= stats::snapshot::inflight_max) return false;
        if (behind >= stats::snapshot::inflight_of_client_max) return false;
        stats::inflight_row row = shared_.recorder.inflight_row(entry, now_ns);
        row.client_id = id_;
        row.client = address_;
        if (exchange_.replied().identity) row.name = exchange_.replied().identity->name.value;
        row.behind = behind;
        to.push_back(std::move(row));
    }
    return true;
}

}  // namespace respguard::relay
