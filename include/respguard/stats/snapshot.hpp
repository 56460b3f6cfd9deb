// A copy of what all shards counted, for readers on other threads.
#pragma once

#include "respguard/stats/command_log.hpp"
#include "respguard/stats/doctor_report.hpp"
#include "respguard/stats/event.hpp"
#include "respguard/stats/hot_keys.hpp"
#include "respguard/stats/notice_counts.hpp"
#include "respguard/stats/shard_stats.hpp"
#include "respguard/stats/tap_counts.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace respguard::stats {

/// One client connection as it was when the copy was made.
struct client_row {
    std::uint64_t id = 0;
    std::string address;  ///< "127.0.0.1:51234", "unix:/path"
    std::string listener;
    std::string name;  ///< CLIENT SETNAME / HELLO SETNAME, once upstream accepted it.
    std::string user;
    std::uint32_t db = 0;
    std::uint8_t resp = 2;
    std::string state;  ///< "connected", "held", "closing"
    std::uint64_t age_ns = 0;
    std::uint64_t idle_ns = 0;
    std::uint64_t commands = 0;
    std::uint64_t rejected = 0;
    std::uint64_t errors = 0;
    std::uint64_t request_bytes = 0;
    std::uint64_t reply_bytes = 0;
    std::uint32_t inflight = 0;
    std::uint64_t oldest_inflight_ns = 0;
    std::string oldest_command;
    bool subscribed = false;
    bool in_multi = false;
    std::uint64_t buffered_bytes = 0;
    std::uint64_t timed = 0;  ///< Round trips of what does not block.
    std::uint64_t round_trip_ns = 0;
    std::uint64_t round_trip_ns_max = 0;
    std::uint64_t blocked_ns = 0;  ///< Waited for what may block.
    std::uint64_t behind_ns = 0;   ///< Of the round trips: behind its own earlier commands.
    /// It did not take what was there for it. A stalled event loop looks like a slow server.
    std::uint64_t client_wait_ns = 0;
    /// The kernel's estimate of the path from the guard to upstream on this connection, and the
    /// shortest it has seen lately; 0: none.
    std::uint64_t path_ns = 0;
    std::uint64_t path_min_ns = 0;
};

/// A command that was in flight when the copy was made.
struct inflight_row {
    std::uint64_t client_id = 0;
    std::string client;
    std::string name;
    std::string command;
    std::string script;
    std::string queue;
    std::string family;
    std::uint64_t request_bytes = 0;
    std::uint64_t age_ns = 0;  ///< 0: not yet given to upstream.
    std::size_t behind = 0;    ///< So many on the same connection are in front.
    bool blocking = false;
    /// Its own time-out: 0 for ever; none: it has none, or it is not known.
    std::optional<std::uint64_t> timeout_ns;
    bool overdue = false;  ///< Later than that by more than overdue_ns.
    static constexpr std::uint64_t overdue_ns = 500'000'000;
};

/// A rule's name and text, copied from the policy: stats does not know rules.
struct rule_row {
    std::string id;
    std::string action;
    std::string source;
    std::string match;
    std::string message;
    bool shadow = false;
};

struct snapshot {
    std::vector<std::shared_ptr<shard_stats const>> shards;  ///< One merged entry after merge().
    std::vector<client_row> clients;
    bool clients_truncated = false;  ///< More than clients_max rows: the rest is left out.
    static constexpr std::size_t clients_max = 1000;
    std::vector<inflight_row> inflight;
    bool inflight_truncated = false;
    static constexpr std::size_t inflight_max = 1000;
    /// Of one connection: behind these there are only more of them.
    static constexpr std::size_t inflight_of_client_max = 16;
    /// Of each shard oldest first, by kind.
    std::vector<command_logs::entry> logs;
    std::array<std::uint64_t, log_kind_names.size()> logged{};
    notice_counts notices;
    hot_key_counts hot_keys;
};

/// One snapshot of all shards: counters summed, histograms merged, connections one after the other
/// up to clients_max. The result has exactly one entry in `shards`. A single shard's copy is handed
/// on as it is.
[[nodiscard]] snapshot merge(std::vector<snapshot> parts);

/// What became of the attempts to read the configuration again.
struct reload_counts {
    std::uint64_t succeeded = 0;
    std::uint64_t refused = 0;  ///< The file was wrong: the old configuration stayed.
    bool last_refused = false;
    std::uint64_t loaded_unix_ns = 0;  ///< When the one in force was read, at the start or later.
};

/// Everything readers want to know, gathered by app.
struct report {
    snapshot counted;
    std::vector<rule_row> rules;
    bool enforce = true;
    std::vector<std::string> presets;
    std::string upstream;  ///< URL without password.
    std::vector<std::string> listeners;
    std::string io;  ///< How the shards hear of their sockets: "epoll" or "io_uring".
    bool upstream_up = false;
    /// Queues whose workers are gone, and how long ago they gave their last sign.
    std::map<std::string, std::uint64_t> lost_consumers;
    upstream_timing timing;  ///< What is known of upstream apart from commands.
    std::uint64_t uptime_ns = 0;
    std::uint64_t started_unix_ns = 0;
    bool draining = false;
    reload_counts reloads;
    /// Null: the doctor has not looked yet, or is off.
    std::shared_ptr<doctor_report const> doctor;
    bool doctor_on = false;
    std::uint64_t command_limit_bytes = 0;  ///< What a hosted Redis allows, for /stats; 0: unknown.
    /// Log lines thrown away because the log could not be written fast enough.
    std::uint64_t log_dropped = 0;
    event_counts events;
    tap_counts taps;
    std::vector<event> recent_events;  ///< Oldest first; /events has more.
};

}  // namespace respguard::stats
