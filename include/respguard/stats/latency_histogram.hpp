// Remembers durations: log-linear buckets, constant memory, no lock.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace respguard::stats {

/// Upper bounds (inclusive, nanoseconds) of the Prometheus buckets, FEATURES.md 4.1: 50 us to
/// 10 s. Exact, though they are no edges of the fine buckets, so `le` means what it says.
inline constexpr std::array<std::uint64_t, 17> duration_bounds_ns{
    50'000,      100'000,       250'000,       500'000,       1'000'000,     2'500'000,
    5'000'000,   10'000'000,    25'000'000,    50'000'000,    100'000'000,   250'000'000,
    500'000'000, 1'000'000'000, 2'500'000'000, 5'000'000'000, 10'000'000'000};

/// Quantiles are at most 2 % off from 1 us to 1 h; count, sum and max are exact. Values above 1 h
/// are counted in the last bucket. Touched by one thread only; other threads get copies.
///
/// Log-linear: 32 equal buckets per power of two, so a bucket is at most 1/32 of its value wide and
/// its middle at most 1/64 (1.6 %) off. Memory is taken at the first add() and for the powers of
/// two seen only: a copy of a busy command's histogram is 1 to 3 KB, never more than 9 KB.
class latency_histogram {
public:
    latency_histogram() = default;
    latency_histogram(latency_histogram const& other);
    latency_histogram(latency_histogram&& other) noexcept;
    latency_histogram& operator=(latency_histogram other) noexcept;
    ~latency_histogram() = default;

    /// Adds `times` observations of the same duration.
    void add(std::uint64_t ns, std::uint32_t times = 1) noexcept;
    void merge(latency_histogram const& other) noexcept;

    /// The duration that a share `q` (0..1) of the observations does not exceed, in nanoseconds;
    /// the middle of its bucket, never above max_ns(). 0 if empty.
    [[nodiscard]] std::uint64_t quantile_ns(double q) const noexcept;
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    [[nodiscard]] std::uint64_t sum_ns() const noexcept { return sum_ns_; }
    [[nodiscard]] std::uint64_t max_ns() const noexcept { return max_ns_; }
    /// Observations in (bound[i-1], bound[i]]; the last entry counts those above every bound.
    [[nodiscard]] std::array<std::uint64_t, duration_bounds_ns.size() + 1>
    bound_counts() const noexcept;
    /// Bytes on the heap; 0 until the first add().
    [[nodiscard]] std::size_t heap_bytes() const noexcept;

private:
    [[nodiscard]] std::size_t cell_count() const noexcept;
    /// Makes room for the power of two that holds fine bucket `index`.
    void widen(std::uint32_t index);
    /// Counts in a bucket that is not there yet, or that holds a bound.
    [[gnu::noinline]] void count_special(std::uint32_t bucket, std::uint64_t ns,
                                         std::uint32_t times) noexcept;
    void swap(latency_histogram& other) noexcept;

    /// For each of duration_bounds_ns what lies above it in its fine bucket, then the counters of
    /// fine buckets [first_, first_ + size_). One block, so that an idle histogram is small and a
    /// copy is one allocation.
    std::unique_ptr<std::uint64_t[]> cells_;
    std::uint32_t first_ = 0;
    std::uint32_t size_ = 0;
    std::uint64_t count_ = 0;
    std::uint64_t sum_ns_ = 0;
    std::uint64_t max_ns_ = 0;
};

}  // namespace respguard::stats
