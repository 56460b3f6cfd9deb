// Between one shard, which writes and never waits, and one reader on another thread.
#pragma once

#include "respguard/stats/tap_record.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace respguard::stats {

/// One writer, one reader, no lock. Full: what comes is dropped and counted; the reader sees the
/// older ones.
class tap_ring {  // NOLINT(clang-analyzer-optin.performance.Padding): two cache lines on purpose.
public:
    /// @param size_log2 2 to this power places of about 600 bytes.
    explicit tap_ring(unsigned size_log2)
        : places_(std::size_t{1} << size_log2), mask_(places_.size() - 1)
    {
    }

    /// Writer: where the next record goes; null if there is no room, which is counted. The place
    /// holds what an old record left.
    [[nodiscard]] tap_record* begin() noexcept
    {
        auto const head = head_.load(std::memory_order_relaxed);
        if (head - seen_tail_ == places_.size()) {
            seen_tail_ = tail_.load(std::memory_order_acquire);
            if (head - seen_tail_ == places_.size()) {
                dropped_.store(dropped_.load(std::memory_order_relaxed) + 1,
                               std::memory_order_relaxed);
                return nullptr;
            }
        }
        return &places_[head & mask_];
    }
    /// Writer: the record is whole.
    void commit() noexcept
    {
        head_.store(head_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

    /// Reader: appends what is there, oldest first.
    void take_all(std::vector<tap_record>& into);
    /// Any thread: dropped since the beginning.
    [[nodiscard]] std::uint64_t dropped() const noexcept
    {
        return dropped_.load(std::memory_order_relaxed);
    }

private:
    std::vector<tap_record> places_;
    std::size_t mask_;
    std::atomic<std::uint64_t> head_{0};
    std::uint64_t seen_tail_ = 0;  // The writer's.
    std::atomic<std::uint64_t> dropped_{0};
    // What the reader writes, on a cache line of its own: else each would take the other's away.
    alignas(64) std::atomic<std::uint64_t> tail_{0};
};

}  // namespace respguard::stats
