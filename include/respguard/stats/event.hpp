// Something that an operator may want to know the moment it happens.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace respguard::stats {

enum class event_type : std::uint8_t {
    rule_hit,
    storm,
    upstream_lost,
    upstream_back,
    reload,
    enforce,  ///< policy.enforce was switched.
    doctor,   ///< A check failed or recovered, or upstream was changed behind the guard's back.
    consumers_lost,  ///< Of a BullMQ queue: no sign of a worker any more.
    consumers_back,
    error_reply,     ///< Upstream answered with an error.
    overdue,         ///< A request that blocks got no reply though its own time-out is over.
    near_limit,      ///< A request or reply is more than half as large as is allowed.
    duplicate_risk,  ///< Writes were not answered: they may have been executed, and be sent again.
    reconnects,      ///< A client connects again and again, and no rule is the reason.
};

/// As the JSON calls them; index is event_type.
inline constexpr std::array<std::string_view, 14> event_type_names{
    "rule_hit", "storm",      "upstream_lost",  "upstream_back",  "reload",
    "enforce",  "doctor",     "consumers_lost", "consumers_back", "error_reply",
    "overdue",  "near_limit", "duplicate_risk", "reconnects"};

[[nodiscard]] constexpr std::string_view to_string(event_type type) noexcept
{
    return event_type_names[static_cast<std::size_t>(type)];
}

/// Empty if there is no such type.
[[nodiscard]] std::optional<event_type> event_type_named(std::string_view name) noexcept;

/// No bytes of requests: names, sizes, addresses. Texts may hold any byte of a peer.
struct event {
    std::uint64_t id = 0;  ///< 1, 2, 3, ... in this process; given by event_ring.
    std::uint64_t unix_ns = 0;
    event_type type = event_type::rule_hit;
    std::string rule;     ///< "built-in" for what is refused without a rule.
    std::string action;   ///< alert, reject, close, shadow
    std::string command;  ///< As the statistics call it: "config|set".
    std::string client;   ///< Address.
    std::string name;     ///< CLIENT SETNAME or HELLO SETNAME.
    std::string user;
    std::string script;  ///< Of the command: Lua script, BullMQ queue, key family; or empty.
    std::string queue;
    std::string family;
    std::string error;      ///< Of an error reply its first word, or a text of Redis's own.
    std::string reason;     ///< In words; empty if the rest says it all.
    std::string old_value;  ///< Of what changed, if it has values.
    std::string new_value;
    std::uint64_t old_seen_unix_ms = 0;  ///< When the old value was seen last; 0: not known.
    std::uint64_t client_id = 0;
    std::uint64_t request_bytes = 0;
    std::uint64_t reply_bytes = 0;
    std::uint32_t arguments = 0;  ///< The command's name included.
    std::uint32_t db = 0;
    /// Events of this kind that were left out since the last one: `every`, or ten in a second.
    std::uint64_t left_out = 0;
};

/// What became of events, for the metrics.
struct event_counts {
    std::array<std::uint64_t, event_type_names.size()> by_type{};
    std::uint64_t left_out = 0;          ///< Sum of event::left_out.
    std::uint64_t handover_dropped = 0;  ///< Lost between the shards and the control thread.
    std::uint64_t stream_dropped = 0;    ///< Lost for readers of /events/stream that were too slow.
    std::uint64_t streams_now = 0;
    std::uint64_t webhook_sent = 0;
    std::uint64_t webhook_failures = 0;  ///< Attempts.
    std::uint64_t webhook_dropped = 0;
    std::uint64_t webhook_waiting_now = 0;
};

}  // namespace respguard::stats
