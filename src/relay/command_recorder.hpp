// Remembers of each command in flight what statistics, logs and taps want to know when it is over.
//
// One per shard, lent to all its exchanges. No I/O; allocates when something is seen for the first
// time, not per request.
#pragma once

#include "respguard/policy/rule_places.hpp"
#include "respguard/stats/finished_command.hpp"
#include "respguard/stats/shard_stats.hpp"
#include "respguard/stats/snapshot.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include "relay/attribution.hpp"
#include "relay/connection_state.hpp"
#include "relay/inflight_queue.hpp"
#include "relay/kept_requests.hpp"
#include "relay/request_note.hpp"

namespace respguard::relay {

/// Times of one reply.
struct reply_times {
    std::uint64_t first_ns = 0;  ///< Its first byte was read.
    std::uint64_t last_ns = 0;
    std::uint64_t round_trip_ns = 0;  ///< 0: not timed.
};

/// What one connection lends to the recorder.
struct recorded_connection {
    /// The reply before this one ended then; and stalled had run for so long.
    std::uint64_t replied_ns = 0;
    std::uint32_t replied_stalled_us = 0;
    stall_clock stalled;

    // Who it is, for whoever wants to see it.
    reply_state const* said = nullptr;  ///< Null: nothing.
    std::uint64_t id = 0;
    std::string address;  ///< Kept: once the client is gone, nobody knows.

    /// Borrowed from here, until the next reply.
    [[nodiscard]] stats::finished_client who() const noexcept;
};

class command_recorder {
public:
    /// Both outlive it.
    command_recorder(stats::shard_stats& stats, relay_settings const& settings)
        : attribution_(stats, settings)
    {
    }
    [[nodiscard]] stats::command_watch& watch() noexcept { return watch_; }
    [[nodiscard]] kept_requests const& kept() const noexcept { return kept_; }

    /// Script, queue and family of a request in flight, by name.
    [[nodiscard]] attribution const& names() const noexcept { return attribution_; }

    /// What is known of a request in flight, but who sent it.
    [[nodiscard]] stats::inflight_row inflight_row(inflight_entry const& entry,
                                                   std::uint64_t now_ns) const;

    /// A request is forwarded. `rule` matched it, or no_matched_rule.
    void on_request(request_note& note, recorded_request const& request, std::uint16_t rule);

    /// The same of a request that no rule is about, with its first key if it is known.
    /// `describe()` says what else there is to it, if that is needed.
    ///
    /// @return Its family, for count_requests(); no_label: it has been counted, or has none.
    template <typename Describe>
    stats::label on_free_request(request_note& note, byte_view canonical, std::uint32_t arguments,
                                 byte_view key, Describe const& describe)
    {
        stats::label const family = attribution_.known_family(key);
        note.family = family;
        if (family == stats::no_label) [[unlikely]]
            attribution_.on_request(note, describe());
        note.kept = kept_.keep(canonical, arguments, canonical.size());
        return family;
    }
    /// `times` requests of so many bytes, of a family that on_free_request() has told.
    void count_requests(stats::label family, std::uint64_t bytes, std::uint32_t times) noexcept
    {
        attribution_.count_requests(family, bytes, times);
    }

    /// Nobody wants to see it by itself, and it counts for no script or queue.
    [[nodiscard]] bool is_uniform(inflight_entry const& entry, std::uint64_t reply_bytes,
                                  std::uint64_t round_trip_ns) const noexcept
    {
        auto const& wanted = watch_.wanted();
        return entry.note.script == stats::no_label && entry.note.queue == stats::no_label &&
               round_trip_ns < wanted.round_trip_ns && reply_bytes < wanted.reply_bytes &&
               !wanted.everything && is_small(entry.note);
    }
    /// Nobody wants to see its request for its size.
    [[nodiscard]] bool is_small(request_note const& note) const noexcept
    {
        return kept_.request_bytes(note.kept) < watch_.wanted().request_bytes;
    }
    /// `times` uniform replies that are alike have come. The entry may have been released, as long
    /// as no other request has come since.
    ///
    /// @return Where each round trip went; nothing if it took no time.
    [[gnu::always_inline]] stats::time_parts
    on_alike(recorded_connection& of, inflight_entry const& entry, std::uint64_t now_ns,
             std::uint64_t reply_bytes, std::uint32_t times) noexcept
    {
        std::uint64_t const total = now_ns - std::min(entry.sent, now_ns);
        attribution_.on_alike(entry.note, reply_bytes, total, times);
        stats::time_parts parts;
        if (of.stalled.is_zero()) [[likely]] {
            // As parts_of() has it, of a reply that came at once to a client that takes all.
            parts.behind_ns = std::min(of.replied_ns - std::min(of.replied_ns, entry.sent), total);
            parts.upstream_ns = total - parts.behind_ns;
            if (entry.note.kept != kept_requests::none) {
                parts.guard_ns = kept_.of(entry.note.kept).guard_ns;
            }
            of.replied_stalled_us = 0;
        } else {
            if (total > 0) parts = parts_of(of, entry, {now_ns, now_ns, total});
            of.replied_stalled_us = of.stalled.at_us(now_ns);
        }
        of.replied_ns = now_ns;
        return parts;
    }

    /// Upstream has taken its last byte.
    void on_given(recorded_connection const& of, request_note const& note, std::uint64_t read_ns,
                  std::uint64_t now_ns) noexcept
    {
        if (note.kept == kept_requests::none) return;
        auto& kept = kept_.of(note.kept);
        kept.stalled_us = of.stalled.at_us(now_ns);
        kept.guard_ns = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(now_ns - std::min(read_ns, now_ns), ~std::uint32_t{0}));
    }
    /// Its size is known only now: on_request() was told 0.
    void on_whole(request_note const& note, std::uint64_t request_bytes) noexcept
    {
        if (note.kept != kept_requests::none) kept_.of(note.kept).request_bytes = request_bytes;
        attribution_.on_whole(note, request_bytes);
    }

    /// The rules have been replaced while it is in flight.
    void renumber_rules(request_note const& note, policy::rule_places const& places) noexcept
    {
        if (note.kept == kept_requests::none) return;
        auto& rule = kept_.of(note.kept).rule;
        rule = places.of(rule);
    }

    /// Its reply has come. Call release() after it.
    ///
    /// @return Where its round trip went; nothing if it was not timed.
    stats::time_parts on_reply(recorded_connection& of, inflight_entry const& entry,
                               reply_times const& times, std::uint64_t reply_bytes, bool error,
                               byte_view error_line);
    /// Its reply will never come, or nobody will see it.
    void on_cancelled(recorded_connection const& of, inflight_entry const& entry,
                      std::uint64_t now_ns);
    void on_refused(recorded_connection const& of, recorded_request const& request,
                    std::uint16_t rule, std::uint64_t now_ns);
    /// The entry leaves the queue.
    void release(request_note& note) noexcept
    {
        kept_.release(note.kept);
        note.kept = kept_requests::none;
    }

    /// Where the round trip of a reply went.
    [[nodiscard]] stats::time_parts parts_of(recorded_connection const& of,
                                             inflight_entry const& entry,
                                             reply_times const& times) const noexcept;

private:
    [[nodiscard]] stats::finished_command describe(recorded_connection const& of,
                                                   inflight_entry const& entry) const noexcept;

    attribution attribution_;
    kept_requests kept_;
    stats::command_watch watch_;
};

}  // namespace respguard::relay
