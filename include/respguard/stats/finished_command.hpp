// What is known of one command when it is over: the seam between the data path and everybody who
// wants to see single commands (slow log, large requests and replies, live tap).
//
// Counters do not come this way: they are counted where they arise. Here passes only what somebody
// has asked for, and with nobody asking the cost is one comparison per command.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/command/command_table.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace respguard::stats {

enum class command_outcome : std::uint8_t {
    ok,
    error,      ///< Upstream answered with an error.
    rejected,   ///< By a rule or a built-in check; never sent upstream.
    cancelled,  ///< Sent, but the connection ended before the reply.
};

[[nodiscard]] constexpr std::string_view to_string(command_outcome outcome) noexcept
{
    switch (outcome) {
    case command_outcome::ok: return "ok";
    case command_outcome::error: return "error";
    case command_outcome::rejected: return "rejected";
    case command_outcome::cancelled: return "cancelled";
    }
    return "";
}

/// Where the time of one command went, nanoseconds; docs/LATENCY.md. All but guard_ns add up to the
/// round trip.
struct time_parts {
    std::uint64_t guard_ns = 0;     ///< Before the round trip: from read to given to upstream.
    std::uint64_t behind_ns = 0;    ///< Replies of earlier commands of this connection came first.
    std::uint64_t upstream_ns = 0;  ///< Network and server, until the reply's first byte.
    std::uint64_t transfer_ns = 0;  ///< From the reply's first byte to its last.
    std::uint64_t client_ns = 0;    ///< Not read, because the client did not take what was there.
};

/// Who asked. Texts are a client's own words; they may hold any byte.
struct finished_client {
    std::uint64_t id = 0;  ///< As /clients shows it; unique within one shard.
    std::string_view address;
    std::string_view name;
    std::string_view user;
    std::uint32_t db = 0;
};

/// Every view is borrowed for the call.
struct finished_command {
    std::uint64_t at_ns = 0;  ///< When it was over, CLOCK_MONOTONIC.
    finished_client client;
    command::command_id command = command::other;
    command_outcome outcome = command_outcome::ok;
    bool blocking = false;    ///< It might have waited on the server for something to happen.
    bool in_multi = false;    ///< Answered +QUEUED; its cost is in EXEC.
    std::string_view script;  ///< Name of the Lua script or function; empty: none.
    std::string_view queue;   ///< BullMQ queue; empty: none.
    std::string_view family;  ///< Key family, ids masked: "iam:*:*"; empty: no key.
    /// 0 if too many requests were in flight to keep it; never so for 64 KiB and more.
    std::uint64_t request_bytes = 0;
    std::uint64_t reply_bytes = 0;
    /// 0 if it was not timed: rejected, cancelled, queued in MULTI, answered before it was whole.
    std::uint64_t round_trip_ns = 0;
    time_parts parts;
    /// Of the error reply its line, without '-'.
    byte_view error;
    /// The rule that matched the request, by its place; no_matched_rule if none did.
    std::uint16_t rule = 0xFFFF;
    std::uint32_t arguments = 0;  ///< The command's name included; 0 if not known any more.
    /// The request's first bytes in canonical form (kept_request_bytes at most), to be walked with
    /// argument_walk. HOLDS SECRETS AND MAIL: show nothing of it as it is. Empty if too
    /// many requests were in flight to keep it.
    byte_view request;
};

inline constexpr std::uint16_t no_matched_rule = 0xFFFF;
/// So much of a request is kept until its reply has come.
inline constexpr std::size_t kept_request_bytes = 480;

/// Which commands a listener wants to see: any of these is enough.
struct command_interest {
    static constexpr std::uint64_t never = ~std::uint64_t{0};

    std::uint64_t round_trip_ns = never;  ///< Took at least so long, and does not block.
    std::uint64_t blocked_ns = never;     ///< The same for those that may block.
    std::uint64_t request_bytes = never;  ///< At least so large.
    std::uint64_t reply_bytes = never;
    bool errors = false;      ///< Outcome is error.
    bool unanswered = false;  ///< Outcome is rejected or cancelled.
    bool cancelled = false;   ///< Outcome is cancelled.
    bool everything = false;

    [[nodiscard]] bool takes(finished_command const& what) const noexcept
    {
        if (everything) return true;
        if (what.outcome == command_outcome::error && errors) return true;
        if (what.outcome > command_outcome::error) {
            return unanswered || (cancelled && what.outcome == command_outcome::cancelled);
        }
        std::uint64_t const limit = what.blocking ? blocked_ns : round_trip_ns;
        return what.round_trip_ns >= limit || what.request_bytes >= request_bytes ||
               what.reply_bytes >= reply_bytes;
    }
};

class command_listener {
public:
    /// Called on the shard's thread between two reads: must return soon, must not wait, and must
    /// not call back into the relay.
    virtual void on_finished(finished_command const& what) noexcept = 0;

protected:
    command_listener() = default;
    ~command_listener() = default;
    command_listener(command_listener const&) = default;
    command_listener& operator=(command_listener const&) = default;
};

/// Who listens to the commands of one shard. Used on the shard's thread only.
class command_watch {
public:
    /// @param listener Borrowed until remove().
    void add(command_listener& listener, command_interest const& interest)
    {
        remove(listener);
        listeners_.push_back({&listener, interest});
        join();
    }
    void remove(command_listener& listener) noexcept
    {
        listeners_.erase(std::remove_if(listeners_.begin(), listeners_.end(),
                                        [&](entry const& e) { return e.to == &listener; }),
                         listeners_.end());
        join();
    }

    /// What at least one listener wants: a command that this does not take need not be described.
    [[nodiscard]] command_interest const& wanted() const noexcept { return wanted_; }

    void tell(finished_command const& what) const noexcept
    {
        for (entry const& each : listeners_) {
            if (each.interest.takes(what)) each.to->on_finished(what);
        }
    }

private:
    struct entry {
        command_listener* to;
        command_interest interest;
    };
    void join() noexcept
    {
        wanted_ = {};
        for (entry const& each : listeners_) {
            command_interest const& one = each.interest;
            wanted_.round_trip_ns = std::min(wanted_.round_trip_ns, one.round_trip_ns);
            wanted_.blocked_ns = std::min(wanted_.blocked_ns, one.blocked_ns);
            wanted_.request_bytes = std::min(wanted_.request_bytes, one.request_bytes);
            wanted_.reply_bytes = std::min(wanted_.reply_bytes, one.reply_bytes);
            wanted_.errors |= one.errors;
            wanted_.unanswered |= one.unanswered;
            wanted_.cancelled |= one.cancelled;
            wanted_.everything |= one.everything;
        }
    }

    std::vector<entry> listeners_;
    command_interest wanted_;
};

}  // namespace respguard::stats
