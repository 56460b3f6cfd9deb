// The exchange: what is counted of replies, and what whoever wants to see single commands is told.
#include <algorithm>

#include "relay/exchange.hpp"

namespace respguard::relay {

void exchange::record_request(inflight_entry& entry, exchange::request const& what,
                              std::uint64_t bytes)
{
    std::uint16_t const rule = std::exchange(matched_rule_, policy::no_rule);
    if (context_.recorder == nullptr) return;
    std::uint64_t const known = bytes == policy::no_limit ? 0 : bytes;
    recorded_request described{what.head.is.id, what.canonical, what.arguments, known, now_ns_};
    // An inline request is written anew, and the parser is behind it already.
    described.leading = parser_.all_leading();
    context_.recorder->on_request(entry.note, described, rule);
}

void exchange::count_reply(inflight_entry const& entry, stats::command_stats& stats, bool error,
                           std::uint64_t now_ns)
{
    ++completed_;
    ++stats.calls;
    if (error) ++stats.errors;
    bool const queued = entry.in_multi && framer_.type() == '+' && framer_.line() == "QUEUED";
    // Its cost is in EXEC's round trip; a series of +QUEUED would only flatter the command.
    if (queued) ++stats.queued;
    // Answered before it was whole: no round trip to speak of. And that of a DISCARD says nothing
    // about EXEC.
    bool const timed = !queued && entry.stamped && entry.what != owed::exec_as_discard;
    std::uint64_t const round_trip = timed ? now_ns - std::min(entry.sent, now_ns) : 0;
    if (timed && entry.blocking) {
        stats.blocked.add(round_trip);
        seldom().blocked_ns += round_trip;
    } else if (timed) {
        ++counted_.timed;
        counted_.round_trip_ns += round_trip;
        counted_.round_trip_ns_max = std::max(counted_.round_trip_ns_max, round_trip);
        if (frame_first_ns_ == now_ns) {
            stats.at_once.add(round_trip);
        } else {
            stats.round_trip.add(round_trip);
            stats.first_byte.add(frame_first_ns_ - std::min(entry.sent, frame_first_ns_));
        }
    }
    record_reply(entry, stats, round_trip, error, now_ns);
}

void exchange::record_reply(inflight_entry const& entry, stats::command_stats& stats,
                            std::uint64_t round_trip_ns, bool error, std::uint64_t now_ns)
{
    if (context_.recorder == nullptr) return;
    stats::time_parts const parts = context_.recorder->on_reply(
        connection_, entry, {frame_first_ns_, now_ns, round_trip_ns}, framer_.size_bytes(), error,
        error ? framer_.line() : byte_view());
    if (round_trip_ns == 0 || entry.blocking) return;
    stats.where.add(parts, round_trip_ns);
    counted_.behind_ns += parts.behind_ns;
}

void exchange::record_refused(request const& what, std::uint16_t rule)
{
    matched_rule_ = policy::no_rule;
    if (context_.recorder == nullptr) return;
    recorded_request const refused{what.head.is.id, what.canonical, what.arguments, what.size_bytes,
                                   now_ns_};
    context_.recorder->on_refused(connection_, refused, rule, now_ns_);
}

void exchange::record_cancelled(inflight_entry& entry, std::uint64_t now_ns) noexcept
{
    if (context_.recorder == nullptr) return;
    context_.recorder->on_cancelled(connection_, entry, now_ns);
    context_.recorder->release(entry.note);
}

exchange::totals exchange::counted() const noexcept
{
    totals all{counted_};
    if (!seldom_) return all;
    all.rejected = seldom_->rejected;
    all.errors = seldom_->errors;
    all.blocked_ns = seldom_->blocked_ns;
    return all;
}

}  // namespace respguard::relay
