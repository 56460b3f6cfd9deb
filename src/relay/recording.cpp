// The exchange: what whoever wants to see single commands is told.
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
    described.leading = &parser_;
    context_.recorder->on_request(entry.note, described, rule);
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

void exchange::name_client() noexcept
{
    connection_.who.db = replied_.db;
    connection_.who.name =
        replied_.identity ? byte_view(replied_.identity->name.value) : byte_view();
    connection_.who.user =
        replied_.identity ? byte_view(replied_.identity->user.value) : byte_view();
}

}  // namespace respguard::relay
