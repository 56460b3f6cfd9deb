// One wake-up of a shard in three passes: everything is read, everything is looked at, everything
// is written.
//
// The same calls as session by session, but the code of each pass, the kernel's and ours, stays in
// the processor's first cache instead of pushing out the others' for every message
// (docs/PERFORMANCE.md).
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/base/side.hpp"
#include "respguard/net/event_loop.hpp"
#include "respguard/net/stream.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "relay/output.hpp"

namespace respguard::relay {

class session;

/// What a session gave to be written.
struct written_out {
    byte_view piece;                    ///< The only one;
    std::span<byte_view const> pieces;  ///< if this is not empty, the first of these.
    std::uint64_t size_bytes = 0;       ///< Of all. Never 0.
    std::uint64_t read_ns = 0;          ///< When the newest of it was read.
    std::uint32_t replies = 0;          ///< So many replies end in it.
    /// Sent already, with this result; null: still to be sent.
    net::io_result const* sent = nullptr;
    std::uint64_t sent_ns = 0;  ///< When the call was over.

    [[nodiscard]] std::span<byte_view const> all() const noexcept
    {
        return pieces.empty() ? std::span(&piece, 1) : pieces;
    }
};

/// One per shard. Only for what passes without further ado; a session that needs anything else
/// calls finish_writing() and goes on by itself.
class wake_up {
public:
    explicit wake_up(net::event_loop& loop) noexcept : loop_(loop) {}

    /// The session has bytes to read; run() will read them.
    void add(session& of, side which)
    {
        waiting_[waiting_count_++] = {&of, which};
        if (waiting_count_ == waiting_.size()) run();
    }
    /// The same, but the loop has read them already.
    void add_received(session& of, side which, net::received const& what)
    {
        waiting_[waiting_count_++] = {&of, which, what.how, what.bytes, what.read_ns};
        if (waiting_count_ == waiting_.size()) run();
    }
    /// Takes out, in order, what was received of a session and not looked at. `to(side, received)`
    template <typename Receiver>
    void take_out(session const& of, Receiver const& to)
    {
        for (std::size_t i = looked_at_; i < waiting_count_; ++i) {
            arrival& each = waiting_[i];
            if (each.of != &of || each.read_ns == 0) continue;
            to(each.which, net::received{each.how, each.bytes, each.read_ns});
            each.how = {net::io_status::would_block, 0, 0};
        }
    }
    /// Calls settle() of it when all is written.
    void settle_later(session& which) { unsettled_.push_back(&which); }

    /// Reads, looks, writes: all that was added. Nothing of it is left.
    void run()
    {
        if (waiting_count_ > 0) pass();
    }

    /// Changes whenever all is written.
    [[nodiscard]] std::uint32_t writing() const noexcept { return writing_; }
    /// What the session is to write, behind all that others are to write; borrowed from what was
    /// read in this wake-up.
    /// @param replies Of these the client gets the last bytes.
    void write_later(session& of, side to, output& bytes, std::uint64_t read_ns,
                     std::uint32_t replies);
    /// Writes what there is to be written now.
    void finish_writing()
    {
        if (departure_count_ > 0) write_all();
    }

    /// Room for one read of a session that reads by itself. Behind run(): the buffer is empty then.
    [[nodiscard]] std::span<char> room() noexcept { return {buffer_.get(), read_bytes}; }

    /// Larger would fall out of the processor's cache (PERFORMANCE.md section 5).
    static constexpr std::size_t read_bytes = 64 * 1024;

private:
    /// More would let the first wait for the last: each costs a microsecond.
    static constexpr std::size_t sessions_max = 32;
    /// What was read is looked at before more pushes it out of the first cache.
    static constexpr std::size_t enough_bytes = 16 * 1024;
    static constexpr std::size_t buffer_bytes = enough_bytes + read_bytes;
    /// Fewer are sent as fast one by one, and when is then known exactly.
    static constexpr std::size_t together_min = 4;

    struct arrival {
        session* of;
        side which;
        net::io_result how{};
        std::span<char> bytes{};
        std::uint64_t read_ns = 0;  // 0: still to be read.
    };
    struct departure {
        session* of;
        side to;
        std::uint32_t pieces = 1;       // If more than one, they are in more_pieces_,
        std::uint32_t first_piece = 0;  // from here on, and what.pieces is set when all are there.
        written_out what;
    };
    /// Reads into the buffer until it is full. @return How many of those that wait were looked at.
    std::size_t read_some(std::size_t begin);
    void write_all();
    void write_one_by_one();
    void write_together();
    void keep_pieces(std::span<byte_view const> pieces);
    void find_pieces() noexcept;
    void hand_over(departure const& each, std::uint64_t& now_ns);
    void pass();

    net::event_loop& loop_;
    std::array<arrival, sessions_max> waiting_;
    std::size_t waiting_count_ = 0;
    std::size_t looked_at_ = 0;                       // Of those that wait.
    std::array<departure, sessions_max> departures_;  // At most one for each that waits.
    std::size_t departure_count_ = 0;
    std::uint32_t writing_ = 1;
    std::array<net::outgoing, sessions_max> outgoing_;
    std::vector<byte_view> more_pieces_;
    std::vector<session*> unsettled_;
    std::unique_ptr<char[]> buffer_ = std::make_unique_for_overwrite<char[]>(buffer_bytes);
};

}  // namespace respguard::relay
