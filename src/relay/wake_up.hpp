// One wake-up of a shard in three passes: everything is read, everything is looked at, everything
// is written.
//
// The same calls as session by session, but the code of each pass, the kernel's and ours, stays in
// the processor's first cache instead of pushing out the others' for every message
// (docs/PERFORMANCE.md).
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/base/side.hpp"
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
    std::span<byte_view const> pieces;
    std::uint64_t size_bytes = 0;
    std::uint64_t read_ns = 0;  ///< When the newest of it was read.
    std::uint32_t replies = 0;  ///< So many replies end in it.
};

/// One per shard. Only for what passes without further ado; a session that needs anything else
/// calls finish_writing() and goes on by itself.
class wake_up {
public:
    /// The session has bytes to read; run() will read them.
    void add(session& of, side which)
    {
        waiting_[waiting_count_++] = {&of, which};
        if (waiting_count_ == waiting_.size()) run();
    }

    /// Reads, looks, writes: all that was added. Nothing of it is left.
    void run()
    {
        if (waiting_count_ > 0) pass();
    }

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

    struct arrival {
        session* of;
        side which;
        net::io_result how{};
        std::span<char> bytes{};
        std::uint64_t read_ns = 0;
    };
    struct departure {
        session* of;
        side to;
        std::uint32_t replies;
        byte_view piece;          // The only one,
        std::size_t first_piece;  // or the first of several in more_pieces_.
        std::size_t pieces;
        std::uint64_t size_bytes;
        std::uint64_t read_ns;
    };
    /// Reads into the buffer until it is full. @return How many of those that wait were looked at.
    std::size_t read_some(std::size_t begin);
    void write_all();
    void pass();

    std::array<arrival, sessions_max> waiting_;
    std::size_t waiting_count_ = 0;
    std::array<departure, sessions_max> departures_;  // At most one for each that waits.
    std::size_t departure_count_ = 0;
    std::vector<byte_view> more_pieces_;
    std::vector<session*> unsettled_;
    std::unique_ptr<char[]> buffer_ = std::make_unique_for_overwrite<char[]>(buffer_bytes);
};

}  // namespace respguard::relay
