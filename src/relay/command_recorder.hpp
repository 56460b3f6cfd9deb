// Remembers of each command in flight what statistics, logs and taps want to know when it is over.
//
// One per shard, lent to all its exchanges. No I/O; allocates when something is seen for the first
// time, not per request.
#pragma once

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
