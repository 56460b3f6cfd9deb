// What a connection has been told and has agreed to: the state Redis keeps for it, as seen from
// here.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/command/command_table.hpp"
#include "respguard/policy/rule_set.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "relay/inflight_queue.hpp"

namespace respguard::relay {

/// Follows the requests, as they are forwarded. Pessimistic: it may believe that the server is in
/// MULTI when it is not (a refused MULTI is found out by its reply), never the other way round.
struct request_state {
    bool in_multi = false;
    bool poisoned = false;    ///< A request of this MULTI was refused: its EXEC must not happen.
    bool taken_over = false;  ///< Behind MONITOR, SYNC, PSYNC or REPLCONF: replies are not matched.
    bool used = false;        ///< Something was forwarded: the server may hold state of ours.
    bool db_asked_twice = false;    ///< More than one SELECT is in flight.
    bool select_in_multi = false;   ///< Takes place at EXEC.
    policy::queued_replies queued;  ///< Of the commands in MULTI.
    std::uint32_t client_replies_owed = 0;
    std::uint32_t db_asked = 0;      ///< By the last SELECT.
    std::uint64_t multi_number = 0;  ///< In-flight number of the MULTI that opened it.
    // Until its reply comes, nobody knows whether a change of database took place. One more than
    // the in-flight number of the last request for one; 0: there was none.
    std::uint64_t db_end = 0;

    /// `entry` is owed::select or owed::reset, or ends MULTI, and is about to get this number.
    void note_change(inflight_entry const& entry, std::uint64_t number,
                     std::uint64_t oldest) noexcept;
    void leave_multi() noexcept { in_multi = poisoned = false; }
};

/// Subscriptions, from the totals that the server prints in its confirmations: no channel names
/// kept.
class subscription_counts {
public:
    /// `kind` is one of the six confirmation kinds, `total` the third element.
    void note(byte_view kind, std::int64_t total) noexcept;
    /// Subscriptions of the kind that this confirmation is about.
    [[nodiscard]] std::int64_t of(byte_view kind) const noexcept;
    [[nodiscard]] bool any() const noexcept { return (channels_ | patterns_ | sharded_) != 0; }
    void clear() noexcept { channels_ = patterns_ = sharded_ = 0; }

private:
    // More than these count, no server has the memory for.
    std::uint32_t channels_ = 0;
    std::uint32_t patterns_ = 0;
    std::uint32_t sharded_ = 0;
};

/// A name or a user: what upstream agreed to, and what is in flight.
struct identity_part {
    /// Longer ones are cut: they are shown, and rules that look at them are not sure.
    static constexpr std::size_t shown_bytes_max = 128;

    std::string value;
    /// What the last request for a change asked for; empty after RESET.
    std::string asked;
    /// One more than the in-flight number of that request; 0: there was none.
    std::uint64_t asked_end = 0;
    /// More than one change is in flight.
    bool asked_twice = false;
    /// The same number of the last request that left it unknown for good: one inside MULTI, a HELLO
    /// that failed behind its AUTH (EVASION E30), or one too many in flight. 0: it is known.
    std::uint64_t lost_end = 0;

    /// A request for this value is about to get this number.
    void ask(byte_view wanted, std::uint64_t number, std::uint64_t oldest);
    void settle(std::string& wanted, bool agreed);
    void reset(std::uint64_t number) noexcept;
    /// What it is now, as far as that is known.
    [[nodiscard]] policy::said_by_client said(std::uint64_t oldest) const noexcept;
};

/// Who the client says it is, valid only once upstream agreed. Most connections never say, so it is
/// made when the first one does.
struct client_identity {
    /// More in flight are not followed: a client could fill our memory with them behind one that
    /// blocks.
    static constexpr std::size_t staged_max = 256;

    identity_part name;
    identity_part user;
    /// Names and users whose request is still in flight, oldest first.
    struct staged_value {
        std::optional<std::string> name;
        std::optional<std::string> user;
    };
    std::deque<staged_value> staged;
};

/// Follows the replies: exact.
struct reply_state {
    std::uint8_t resp = 2;
    bool replies_off = false;  ///< CLIENT REPLY OFF
    bool skip_next = false;    ///< CLIENT REPLY SKIP
    std::uint32_t db = 0;
    std::optional<std::uint32_t> db_in_multi;  ///< SELECT queued in the open MULTI.
    subscription_counts subscriptions;
    std::unique_ptr<client_identity> identity;

    [[nodiscard]] bool silent() const noexcept { return replies_off || skip_next; }
    /// RESET, which had this in-flight number, was answered.
    void reset(std::uint64_t number) noexcept;
    /// The answer to the oldest staged name or user has come.
    void settle_identity(bool agreed);
    /// The same for HELLO, which had this number: the AUTH in front of what failed may have
    /// succeeded.
    void settle_hello(bool agreed, std::uint64_t number);
};

[[nodiscard]] bool is_subscribe_kind(byte_view kind) noexcept;
[[nodiscard]] bool is_unsubscribe_kind(byte_view kind) noexcept;
[[nodiscard]] bool is_message_kind(byte_view kind) noexcept;

}  // namespace respguard::relay
