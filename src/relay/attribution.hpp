// Which script, which BullMQ queue and which kind of key does a request belong to?
//
// One per shard. What comes again costs a hash and a look-up for each of the three; texts are made
// only for what is new, and the tables are bounded (stats::dimension).
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/command/command_table.hpp"
#include "respguard/command/keys.hpp"
#include "respguard/relay/settings.hpp"
#include "respguard/resp/request_parser.hpp"
#include "respguard/stats/shard_stats.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "relay/family_memo.hpp"
#include "relay/request_note.hpp"

namespace respguard::relay {

/// A request as it is forwarded, or refused.
struct recorded_request {
    command::command_id command = command::other;
    byte_view canonical;  ///< From its `*`; may be cut.
    std::uint32_t arguments = 0;
    std::uint64_t size_bytes = 0;
    std::uint64_t now_ns = 0;
    /// Places of its first arguments, as many as are known; others are looked for.
    std::span<resp::request_parser::extent const> leading{};
};

class attribution {
public:
    /// @param settings script_names and queue_prefixes; read at the start and when a name is new.
    attribution(stats::shard_stats& stats, relay_settings const& settings);

    /// Fills script, queue and family, learns from EVAL and SCRIPT LOAD, and counts the request.
    void on_request(request_note& note, recorded_request const& request);
    /// Family of a request that has this first key, runs no script and does not wait, if
    /// on_request() has seen such a one: then it is all that there is to know. Not counted.
    [[nodiscard]] stats::label known_family(byte_view key) const noexcept
    {
        return known_families_.find(family_memo::word_of(key));
    }
    void count_requests(stats::label family, std::uint64_t bytes, std::uint32_t times) noexcept
    {
        if (family != stats::no_label) stats_.families.count_request(family, bytes, times);
    }
    /// Counts the size of a request that on_request() did not know.
    void on_whole(request_note const& note, std::uint64_t bytes) noexcept;
    /// Counts `times` replies to what has a family and nothing else: alike, no errors, nothing that
    /// blocks.
    void on_alike(request_note const& note, std::uint64_t reply_bytes, std::uint64_t round_trip_ns,
                  std::uint32_t times) noexcept
    {
        if (note.family == stats::no_label) return;
        stats_.families.count_alike(note.family, reply_bytes, round_trip_ns, times);
    }
    /// Counts the reply. `round_trip_ns` 0: not timed.
    void on_reply(request_note const& note, command::command_id id, std::uint64_t reply_bytes,
                  bool error, std::uint64_t round_trip_ns, bool blocking, std::uint64_t now_ns);
    void on_cancelled(request_note const& note, command::command_id id) noexcept;

    /// What on_request() would say of a refused request, without learning or counting.
    [[nodiscard]] request_note known(recorded_request const& request) const;

    [[nodiscard]] std::string_view script(request_note const& note) const noexcept
    {
        return note.script == stats::no_label ? std::string_view()
                                              : stats_.scripts.name(note.script);
    }
    [[nodiscard]] std::string_view queue(request_note const& note) const noexcept
    {
        return note.queue == stats::no_label ? std::string_view() : stats_.queues.name(note.queue);
    }
    [[nodiscard]] std::string_view family(request_note const& note) const noexcept
    {
        return note.family == stats::no_label ? std::string_view()
                                              : stats_.families.name(note.family);
    }

private:
    /// What a script tells about the workers of its queue.
    enum class worker_sign : std::uint8_t {
        none,
        alive,    ///< extendLocks, moveToDelayed, ...: a worker is at work.
        fetches,  ///< moveToActive, moveToFinished: its reply may hold the next job.
    };
    struct queue_prefix {
        std::string text;  ///< With the `:` behind it.
        std::uint64_t hash = 0;
    };
    /// A key of a queue, taken apart; borrowed.
    struct queue_key {
        std::size_t prefix = 0;
        byte_view queue;
        byte_view part;
    };

    [[nodiscard]] stats::label script_of(recorded_request const& request);
    void learn_library(recorded_request const& request);
    [[nodiscard]] stats::label of_digest(byte_view digest);
    [[nodiscard]] stats::label of_text(byte_view text, bool whole);
    [[nodiscard]] stats::label add_script(std::uint64_t key, std::string_view name,
                                          std::string_view digest);
    [[nodiscard]] std::string name_of(std::string_view digest, byte_view text) const;
    [[nodiscard]] byte_view first_key(recorded_request const& request) const noexcept;
    [[nodiscard]] bool take_apart(byte_view key, queue_key& into) const noexcept;
    void attribute_key(request_note& note, byte_view key);
    void learn_prefix(recorded_request const& request, stats::label script, byte_view key);
    void add_prefix(std::string_view prefix);
    [[nodiscard]] worker_sign sign_of(request_note const& note,
                                      command::command_id id) const noexcept;
    [[nodiscard]] bool waits_for_job(command::command_id id) const noexcept
    {
        return id == bzpopmin_ || id == brpoplpush_ || id == blmove_;
    }

    stats::shard_stats& stats_;
    relay_settings const& settings_;
    std::vector<command::first_key_place> places_;  // By command.
    std::vector<worker_sign> signs_;                // By script.
    std::vector<queue_prefix> prefixes_;
    family_memo known_families_;
    command::command_id bzpopmin_;
    command::command_id brpoplpush_;
    command::command_id blmove_;
    command::command_id script_load_;
    command::command_id function_load_;
};

}  // namespace respguard::relay
