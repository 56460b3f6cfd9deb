// What is owed to the client, in order: one entry for each request that is not answered yet.
#pragma once

#include "respguard/command/command_table.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

#include "relay/request_note.hpp"

namespace respguard::relay {

/// Who answers, and what has to happen when the answer comes.
enum class owed : std::uint8_t {
    reply,            ///< Upstream, with one frame.
    confirmations,    ///< Upstream, with `detail` confirmations, or one error. SUBSCRIBE family.
    unsubscribe_all,  ///< Upstream, until no subscription of the kind is left.
    multi,            ///< Like reply; an error means that the server is not in MULTI after all.
    exec,             ///< Like reply; ends MULTI. `detail`: packed policy::queued_replies.
    exec_as_discard,  ///< DISCARD went out for a poisoned EXEC; `detail` 1: EXEC had arguments.
    discard,          ///< Like reply; ends MULTI. `detail` 1: it was poisoned.
    hello,            ///< Like reply; its type tells the RESP version.
    auth,             ///< Like reply; success makes the staged user valid.
    set_name,         ///< Like reply; success makes the staged name valid.
    select,           ///< Like reply; success makes database `detail` current.
    reset,  ///< Like reply; success clears the connection's state. `detail` as for discard.
    client_reply_on,   ///< CLIENT REPLY ON, as asked.
    client_reply_off,  ///< CLIENT REPLY ON went out instead; +OK is not shown.
    client_reply_skip,
    quit,      ///< Like reply; then the connection ends.
    takeover,  ///< Behind its first reply, if it has one, the stream is relayed without being read.
    local,     ///< The guard, with a text (`detail`, see local_reply.hpp).
    local_close,  ///< The same, then the connection ends.
    nothing,      ///< Nobody: an empty request. Ends a pending CLIENT REPLY SKIP.
};

struct inflight_entry {
    /// Until upstream's socket has taken the request's last byte: how many bytes in all it must
    /// have taken for that. Then: when it did (monotonic_ns).
    std::uint64_t sent = 0;
    std::uint32_t detail = 0;
    command::command_id command = command::other;
    owed what = owed::reply;
    bool blocking : 1 = false;
    bool in_multi : 1 = false;  ///< Probably answered by +QUEUED.
    bool stamped : 1 = false;   ///< `sent` is a time.
    request_note note;
};
static_assert(sizeof(inflight_entry) == 24);

[[nodiscard]] inline inflight_entry entry_of(owed what, std::uint32_t detail = 0) noexcept
{
    inflight_entry entry;
    entry.what = what;
    entry.detail = detail;
    return entry;
}

/// A ring that grows by doubling and gives its memory back when it is empty after a burst: idle
/// connections own none.
class inflight_queue {
public:
    [[nodiscard]] bool empty() const noexcept { return first_ == last_; }
    [[nodiscard]] std::size_t size() const noexcept
    {
        return static_cast<std::size_t>(last_ - first_);
    }

    /// @return The entry's number; numbers only grow.
    std::uint64_t push(inflight_entry const& entry)
    {
        if (size() == capacity_) [[unlikely]]
            grow();
        at(last_) = entry;
        return last_++;
    }
    [[nodiscard]] inflight_entry& front() noexcept { return at(first_); }
    [[nodiscard]] inflight_entry const& front() const noexcept { return at(first_); }
    [[nodiscard]] inflight_entry& back() noexcept { return at(last_ - 1); }
    void pop_front() noexcept
    {
        ++first_;
        if (first_ == last_ && capacity_ > kept_entries) [[unlikely]]
            release();
    }
    void pop_back() noexcept { --last_; }
    /// The connection is quiet: gives back what it took for a pipeline.
    void rest() noexcept
    {
        if (empty() && capacity_ > resting_entries) release();
    }

    [[nodiscard]] std::uint64_t first_number() const noexcept { return first_; }
    [[nodiscard]] std::uint64_t end_number() const noexcept { return last_; }
    [[nodiscard]] inflight_entry& at(std::uint64_t number) noexcept
    {
        return ring_[number & mask_];
    }
    [[nodiscard]] inflight_entry const& at(std::uint64_t number) const noexcept
    {
        return ring_[number & mask_];
    }

private:
    /// Rings up to this size are kept when empty: who pipelines does so again and again.
    static constexpr std::size_t kept_entries = 128;

    static constexpr std::size_t resting_entries = 4;

    void grow();
    void release() noexcept;

    std::unique_ptr<inflight_entry[]> ring_;
    std::size_t mask_ = 0;
    std::size_t capacity_ = 0;
    std::uint64_t first_ = 0;
    std::uint64_t last_ = 0;
};

}  // namespace respguard::relay
