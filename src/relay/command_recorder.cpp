#include "relay/command_recorder.hpp"

#include "respguard/command/blocking.hpp"

#include <algorithm>

namespace respguard::relay {

stats::finished_client recorded_connection::who() const noexcept
{
    stats::finished_client client;
    client.id = id;
    client.address = address;
    if (said == nullptr) return client;
    client.db = said->db;
    if (said->identity) {
        client.name = said->identity->name.value;
        client.user = said->identity->user.value;
    }
    return client;
}

void command_recorder::on_request(request_note& note, recorded_request const& request,
                                  std::uint16_t rule)
{
    attribution_.on_request(note, request);
    note.kept = kept_.keep(request.canonical, request.arguments, request.size_bytes);
    if (rule != stats::no_matched_rule && note.kept != kept_requests::none) {
        kept_.of(note.kept).rule = rule;
    }
}

stats::time_parts command_recorder::parts_of(recorded_connection const& of,
                                             inflight_entry const& entry,
                                             reply_times const& times) const noexcept
{
    constexpr std::uint64_t us = 1'000;
    stats::time_parts parts;
    std::uint64_t const total = times.round_trip_ns;
    std::uint64_t const sent = times.last_ns - total;
    // Earlier replies end after it was sent: so long it had to wait for them, or for a client that
    // did not take them. Differences of 32 bits are right though the clock wraps.
    std::uint64_t const behind = std::min(of.replied_ns - std::min(of.replied_ns, sent), total);
    bool const is_kept = entry.note.kept != kept_requests::none;
    if (is_kept) parts.guard_ns = kept_.of(entry.note.kept).guard_ns;
    std::uint64_t stalled_behind = 0;
    std::uint64_t stalled_own = 0;
    if (!of.stalled.is_zero()) [[unlikely]] {
        std::uint32_t const ended_us = of.stalled.at_us(times.last_ns);
        std::uint32_t const replied_us = behind > 0 ? of.replied_stalled_us : ended_us;
        // Of a request that was not kept, the wait behind earlier ones counts as that.
        std::uint32_t const began_us = is_kept ? kept_.of(entry.note.kept).stalled_us : replied_us;
        stalled_behind = std::min(std::uint32_t(replied_us - began_us) * us, behind);
        stalled_own = std::uint32_t(ended_us - (behind > 0 ? replied_us : began_us)) * us;
        stalled_own = std::min(stalled_own, total - behind);
    }
    parts.behind_ns = behind - stalled_behind;
    parts.client_ns = stalled_behind + stalled_own;
    std::uint64_t const own = total - behind - stalled_own;
    parts.transfer_ns = std::min(times.last_ns - std::min(times.first_ns, times.last_ns), own);
    parts.upstream_ns = own - parts.transfer_ns;
    return parts;
}

stats::finished_command command_recorder::describe(recorded_connection const& of,
                                                   inflight_entry const& entry) const noexcept
{
    stats::finished_command made;
    made.client = of.who();
    made.command = entry.command;
    made.blocking = entry.blocking;
    made.script = attribution_.script(entry.note);
    made.queue = attribution_.queue(entry.note);
    made.family = attribution_.family(entry.note);
    if (entry.note.kept != kept_requests::none) {
        auto const& kept = kept_.of(entry.note.kept);
        made.request_bytes = kept.request_bytes;
        made.rule = kept.rule;
        made.arguments = kept.arguments;
        made.request = kept.view();
    }
    return made;
}

stats::inflight_row command_recorder::inflight_row(inflight_entry const& entry,
                                                   std::uint64_t now_ns) const
{
    stats::inflight_row row;
    row.command = command::traits_of(entry.command).name;
    row.script = attribution_.script(entry.note);
    row.queue = attribution_.queue(entry.note);
    row.family = attribution_.family(entry.note);
    if (entry.note.kept != kept_requests::none) {
        row.request_bytes = kept_.of(entry.note.kept).request_bytes;
    }
    row.blocking = entry.blocking;
    if (entry.stamped) row.age_ns = now_ns - std::min(entry.sent, now_ns);
    if (!entry.blocking || entry.note.kept == kept_requests::none) return row;
    auto const timeout = command::block_timeout(entry.command, kept_.of(entry.note.kept).view());
    if (!timeout) return row;
    row.timeout_ns = static_cast<std::uint64_t>(timeout->count());
    row.overdue =
        *row.timeout_ns > 0 && row.age_ns > *row.timeout_ns + stats::inflight_row::overdue_ns;
    return row;
}

stats::time_parts command_recorder::on_reply(recorded_connection& of, inflight_entry const& entry,
                                             reply_times const& times, std::uint64_t reply_bytes,
                                             bool error, byte_view error_line)
{
    attribution_.on_reply(entry.note, entry.command, reply_bytes, error, times.round_trip_ns,
                          entry.blocking, times.last_ns);
    stats::time_parts parts;
    if (times.round_trip_ns > 0) parts = parts_of(of, entry, times);
    auto const& wanted = watch_.wanted();
    bool const slow =
        times.round_trip_ns >= (entry.blocking ? wanted.blocked_ns : wanted.round_trip_ns);
    if (slow || kept_.request_bytes(entry.note.kept) >= wanted.request_bytes ||
        reply_bytes >= wanted.reply_bytes || wanted.everything || (error && wanted.errors))
        [[unlikely]] {
        stats::finished_command made = describe(of, entry);
        made.at_ns = times.last_ns;
        made.outcome = error ? stats::command_outcome::error : stats::command_outcome::ok;
        made.in_multi = entry.in_multi && times.round_trip_ns == 0;
        made.reply_bytes = reply_bytes;
        made.round_trip_ns = times.round_trip_ns;
        made.parts = parts;
        made.error = error_line;
        watch_.tell(made);
    }
    of.replied_ns = times.last_ns;
    of.replied_stalled_us = of.stalled.at_us(times.last_ns);
    return parts;
}

void command_recorder::on_cancelled(recorded_connection const& of, inflight_entry const& entry,
                                    std::uint64_t now_ns)
{
    attribution_.on_cancelled(entry.note, entry.command);
    auto const& wanted = watch_.wanted();
    if (!wanted.unanswered && !wanted.cancelled && !wanted.everything) return;
    stats::finished_command made = describe(of, entry);
    made.at_ns = now_ns;
    made.outcome = stats::command_outcome::cancelled;
    made.in_multi = entry.in_multi;
    watch_.tell(made);
}

void command_recorder::on_refused(recorded_connection const& of, recorded_request const& request,
                                  std::uint16_t rule, std::uint64_t now_ns)
{
    if (!watch_.wanted().unanswered && !watch_.wanted().everything) return;
    stats::finished_command made;
    made.at_ns = now_ns;
    made.client = of.who();
    made.command = request.command;
    made.outcome = stats::command_outcome::rejected;
    made.rule = rule;
    made.request_bytes = request.size_bytes;
    made.arguments = request.arguments;
    made.request = request.canonical.substr(0, stats::kept_request_bytes);
    made.family = attribution_.family(attribution_.known(request));
    watch_.tell(made);
}

}  // namespace respguard::relay
