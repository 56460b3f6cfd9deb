// Everything one shard counts.
//
// Touched by its shard's thread only, hence plain integers; other threads get a copy (snapshot.hpp)
// that the shard makes on its own thread.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/command/command_table.hpp"
#include "respguard/stats/dimension.hpp"
#include "respguard/stats/large_requests.hpp"
#include "respguard/stats/latency_histogram.hpp"
#include "respguard/stats/size_histogram.hpp"
#include "respguard/stats/time_split.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::stats {

/// One line per counter: member, metric name without prefix, HELP text.
#define RESPGUARD_SHARD_COUNTERS(X)                                                            \
    X(client_connections_total, "Client connections accepted")                                 \
    X(client_connections_refused_total, "Client connections refused because of clients_max")   \
    X(client_read_bytes_total, "Bytes read from clients")                                      \
    X(client_written_bytes_total, "Bytes written to clients")                                  \
    X(upstream_read_bytes_total, "Bytes read from upstream")                                   \
    X(upstream_written_bytes_total, "Bytes written to upstream")                               \
    X(upstream_connects_total, "Connections to upstream that were established")                \
    X(upstream_connect_failures_total, "Attempts to connect to upstream that failed")          \
    X(upstream_holds_total, "Client connections held because upstream could not be reached")   \
    X(upstream_hold_timeouts_total, "Held client connections closed after upstream.hold")      \
    X(pushes_total, "Push and pub/sub messages relayed")                                       \
    X(protocol_errors_total, "Protocol errors of clients")                                     \
    X(upstream_protocol_errors_total, "Replies of upstream that could not be understood")      \
    X(empty_requests_total, "Requests that ask nothing (*0, blank lines)")                     \
    X(rewritten_requests_total, "Inline requests forwarded in canonical form")                 \
    X(skipped_bytes_total, "Bytes of refused requests skipped without being held")             \
    X(spliced_bytes_total, "Bytes of large values moved inside the kernel; in the others too") \
    X(reject_barriers_total, "Times requests were held behind an error of the guard")          \
    X(reject_barrier_discards_total, "Times a client left then: held requests discarded")      \
    X(reject_storms_total, "Clients found refused and reconnecting again and again")           \
    X(client_stalls_total, "Times a client did not take its replies")                          \
    X(upstream_stalls_total, "Times upstream did not take requests")

struct shard_counters {
#define X(name, help) std::uint64_t name = 0;
    RESPGUARD_SHARD_COUNTERS(X)
#undef X
    shard_counters& operator+=(shard_counters const& other) noexcept;
};

/// What is remembered of one command. Durations are defined in docs/LATENCY.md.
struct command_stats {
    std::uint64_t calls = 0;      ///< Replies received from upstream (errors included).
    std::uint64_t errors = 0;     ///< Of these, error replies.
    std::uint64_t rejected = 0;   ///< Refused by a rule; never sent upstream.
    std::uint64_t cancelled = 0;  ///< Sent, but the connection ended before the reply.
    std::uint64_t alerted = 0;    ///< Let through with an alert.
    std::uint64_t queued = 0;     ///< Of the calls, those answered +QUEUED inside MULTI: not timed.

    std::uint64_t request_bytes = 0;
    std::uint64_t request_bytes_max = 0;  ///< The largest request forwarded.
    std::uint64_t reply_bytes = 0;
    latency_histogram round_trip;  ///< Empty for requests that blocked.
    latency_histogram first_byte;
    /// Round trips whose reply came in one read, so that its first byte was as late as its last:
    /// counted once instead of in both. Empty in copies, see fold().
    latency_histogram at_once;
    latency_histogram blocked;  ///< Round trips of blocking requests only.
    split_window where;         ///< Where the round trips went; empty for requests that blocked.

    /// Counts at_once in round_trip and first_byte: before anybody looks at these.
    void fold();
};

/// Why connections ended: by whom (side) and a fixed reason text.
struct closed_connections {
    char const* by = "";
    char const* reason = "";
    std::uint64_t count = 0;
};

/// Error replies of one command by their first word. `error` is at most 32 bytes of A-Z, 0-9, `_`.
struct error_count {
    command::command_id command = command::other;
    std::string error;
    std::uint64_t count = 0;
};

struct rule_hits {
    std::uint64_t alert = 0;
    std::uint64_t reject = 0;
    std::uint64_t close = 0;
    std::uint64_t allow = 0;
    std::uint64_t shadow = 0;  ///< Would have decided, but is a shadow rule.
    /// Wall clock of the last hit, nanoseconds since 1970, 0 if never.
    std::uint64_t last_unix_ns = 0;
    command::command_id last_command = command::other;
    std::string last_client;  ///< Its address.
};

class shard_stats {
public:
    explicit shard_stats(std::size_t rules);

    /// Statistics of a command; made at its first use (the only allocation), then stable.
    [[nodiscard]] command_stats& of(command::command_id id)
    {
        auto const& made = commands_.made;
        if (id < made.size() && made[id]) [[likely]]
            return *made[id];
        return first_of(id);
    }
    /// Null if the command was never seen.
    [[nodiscard]] command_stats const* find(command::command_id id) const noexcept;

    /// Counts an error reply by its first word ("WRONGTYPE Operation ..." -> WRONGTYPE). `line` is
    /// the reply without '-'. At most errors_max different (command, error) pairs, the rest is
    /// counted under `__overflow__`.
    void count_error(command::command_id id, byte_view line);
    static constexpr std::size_t errors_max = 512;
    /// BullMQ and EmailEngine together have 67 scripts, EmailEngine four queues.
    static constexpr std::size_t scripts_max = 256;
    /// Of these, for those of BullMQ and of scripts.names.
    static constexpr std::size_t scripts_known_max = 96;
    static constexpr std::size_t queues_max = 128;
    static constexpr std::size_t families_max = 256;

    /// `by` and `reason` are literals.
    void count_closed(char const* by, char const* reason);

    [[nodiscard]] std::span<error_count const> errors() const noexcept { return errors_; }
    [[nodiscard]] std::span<closed_connections const> closed() const noexcept { return closed_; }

    /// To be called every split_window::period: what is recent moves on.
    void rotate() noexcept;

    /// Adds what another shard counted; gauges are summed as well.
    void merge(shard_stats const& other);

    shard_counters counters;
    /// From a request's last byte read to its last byte given to upstream's socket.
    latency_histogram overhead_request;
    /// From a reply's last byte read to its last byte given to the client's socket; only replies
    /// the client took at once.
    latency_histogram overhead_reply;
    /// From connect() to upstream until the connection stands.
    latency_histogram upstream_connects;
    size_histogram request_sizes;
    size_histogram reply_sizes;
    large_requests large_by_script;
    large_requests large_by_queue;
    dimension scripts{scripts_max, dimension::histograms::yes, scripts_known_max};
    dimension queues{queues_max, dimension::histograms::yes};
    dimension families{families_max, dimension::histograms::no};
    std::vector<rule_hits> rules;
    std::uint64_t clients_now = 0;
    std::uint64_t upstream_connected_now = 0;
    std::uint64_t held_now = 0;
    std::uint64_t inflight_now = 0;
    /// Longest that a request that does not block has waited for its reply, now; 0: none waits.
    std::uint64_t oldest_inflight_ns = 0;
    std::uint64_t buffered_bytes_now = 0;

private:
    /// One place per command of the table, empty until the command is seen. Copies deeply.
    struct command_slots {
        explicit command_slots(std::size_t commands) : made(commands) {}
        command_slots(command_slots const& other);
        command_slots(command_slots&&) = default;
        command_slots& operator=(command_slots other) noexcept;
        ~command_slots() = default;

        std::vector<std::unique_ptr<command_stats>> made;
    };

    [[nodiscard]] command_stats& first_of(command::command_id id);
    void add_error(command::command_id id, std::string_view error, std::uint64_t count);
    void add_closed(closed_connections const& more);

    command_slots commands_;
    std::vector<error_count> errors_;
    std::vector<closed_connections> closed_;  ///< Bounded: by and reason are literals of ours.
};

/// The first word of an error reply if it looks like one of Redis's (A-Z, then at most 31 of A-Z,
/// 0-9, `_`), else "other": scripts and modules may answer anything, and this becomes a metric's
/// label. `line` is the reply without '-'; the result may borrow from it.
[[nodiscard]] std::string_view error_name(byte_view line) noexcept;
}  // namespace respguard::stats
