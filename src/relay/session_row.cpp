// The session as people see it.
#include "respguard/command/blocking.hpp"
#include "respguard/net/sockets.hpp"

#include <algorithm>
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
    return requests_.size() + to_upstream_.size() + to_client_.size() +
           (early_ ? early_->size_bytes() : 0);
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

std::uint64_t session::oldest_inflight_ns(std::uint64_t now_ns) const noexcept
{
    if (exchange_.inflight() == 0) return 0;
    auto const& oldest = exchange_.queue().front();
    return oldest.stamped && !oldest.blocking ? now_ns - std::min(oldest.sent, now_ns) : 0;
}

std::optional<stats::overdue_block> session::overdue(std::uint64_t now_ns) const
{
    // Those behind it wait for it: their time begins when it is answered.
    if (phase_ != phase::relaying || exchange_.queue().empty()) return {};
    inflight_entry const& entry = exchange_.queue().front();
    if (!entry.blocking || !entry.stamped || entry.what >= owed::local) return {};
    std::uint64_t const since = std::max(entry.sent, exchange_.replied_ns());
    constexpr std::uint64_t grace = stats::overdue_blocks::grace_ns;
    if (now_ns < since + grace || entry.note.kept == kept_requests::none) return {};
    auto const& kept = shared_.recorder.kept().of(entry.note.kept);
    auto const timeout = command::block_timeout(entry.command, kept.view());
    if (!timeout || timeout->count() == 0) return {};
    stats::overdue_block found;
    found.waited_ns = now_ns - since;
    found.timeout_ns = static_cast<std::uint64_t>(timeout->count());
    if (found.waited_ns <= found.timeout_ns + grace) return {};
    found.client_id = exchange_.id();
    found.sent_ns = entry.sent;
    found.command = entry.command;
    found.client = address();
    if (exchange_.replied().identity) found.name = exchange_.replied().identity->name.value;
    found.queue = shared_.recorder.names().queue(entry.note);
    found.family = shared_.recorder.names().family(entry.note);
    found.client_stalls = exchange_.stalled().runs();
    return found;
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
        row.client_id = exchange_.id();
        row.client = address();
        if (exchange_.replied().identity) row.name = exchange_.replied().identity->name.value;
        row.behind = behind;
        to.push_back(std::move(row));
    }
    return true;
}

}  // namespace respguard::relay
