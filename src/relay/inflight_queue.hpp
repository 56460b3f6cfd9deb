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

/// A ring that grows by doubling. Its first entry is part of it: a connection that never pipelines
/// owns no memory for it, and touches none elsewhere.
class inflight_queue {
public:
    inflight_queue() = default;
    inflight_queue(inflight_queue const&) = delete;
    inflight_queue& operator=(inflight_queue const&) = delete;
    ~inflight_queue() { free_ring(); }

    [[nodiscard]] bool empty() const noexcept { return first_ == last_; }
    [[nodiscard]] std::size_t size() const noexcept
    {
        return static_cast<std::size_t>(last_ - first_);
    }

    /// @return The entry's number; numbers only grow.
    std::uint64_t push(inflight_entry const& entry)
    {
        if (size() > mask_) [[unlikely]]
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
        if (first_ == last_ && mask_ >= kept_entries) [[unlikely]]
            shrink();
    }
    void pop_back() noexcept { --last_; }

    /// Gives memory back that a burst left. The queue must be empty.
    void shrink() noexcept;
    [[nodiscard]] bool owns_memory() const noexcept { return mask_ > 0; }

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
    /// Rings up to this size are kept when they are empty, until shrink(): who pipelines does so
    /// again and again.
    static constexpr std::uint32_t kept_entries = 128;

    void grow();
    void free_ring() noexcept
    {
        if (mask_ > 0) delete[] ring_;
    }

    inflight_entry* ring_ = &only_;  // Owned, but for only_.
    std::uint64_t first_ = 0;
    std::uint64_t last_ = 0;
    inflight_entry only_;
    std::uint32_t mask_ = 0;  // One less than the entries there is room for.
};

}  // namespace respguard::relay
