#include "respguard/stats/latency_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace respguard::stats {

namespace {

// Fine buckets: 32 of 16 ns below 512 ns, then 32 per power of two up to 2^42 ns (73 minutes).
constexpr std::uint32_t sub_bucket_bits = 5;
constexpr std::uint32_t sub_buckets = 1U << sub_bucket_bits;
constexpr std::uint32_t linear_bits = 9;
constexpr std::uint32_t value_bits = 42;
constexpr std::uint64_t value_max = (std::uint64_t{1} << value_bits) - 1;
static_assert(value_max > 3'600'000'000'000, "one hour must have a bucket of its own");

constexpr std::size_t bound_cells = duration_bounds_ns.size();

constexpr std::uint32_t bucket_of(std::uint64_t ns) noexcept
{
    ns = std::min(ns, value_max);
    // The linear part and the first power of two above it have buckets of one width. Place of the
    // highest bit; as an XOR it is what the processor finds by itself.
    auto const top =
        63U ^ static_cast<std::uint32_t>(std::countl_zero(ns | ((2U << linear_bits) - 1)));
    auto const position = static_cast<std::uint32_t>(ns >> (top - sub_bucket_bits));
    return (top - linear_bits) * sub_buckets + position;
}

/// log2 of the bucket width, `above` powers of two above the linear part.
constexpr std::uint32_t width_bits(std::uint32_t above) noexcept
{
    return linear_bits - sub_bucket_bits + above - (above == 0 ? 0U : 1U);
}

constexpr std::uint64_t middle_of(std::uint32_t bucket) noexcept
{
    std::uint32_t const above = bucket / sub_buckets;
    std::uint64_t const position = bucket - (above == 0 ? 0U : above - 1) * sub_buckets;
    return (position << width_bits(above)) + (std::uint64_t{1} << width_bits(above)) / 2;
}

static_assert(bucket_of(511) == 31 && bucket_of(512) == 32 && bucket_of(1'023) == 63);
static_assert(bucket_of(1'024) == 64 && middle_of(31) == 504 && middle_of(32) == 520);

// A bound cuts its fine bucket in two: what lies above it there is counted apart, and everything
// else follows from the fine buckets. One bit tells the few buckets that hold a bound from others.
constexpr auto buckets_with_bound = [] {
    std::array<std::uint64_t, bucket_of(value_max) / 64 + 1> bits{};
    for (std::uint64_t const bound : duration_bounds_ns)
        bits[bucket_of(bound) / 64] |= std::uint64_t{1} << (bucket_of(bound) % 64);
    return bits;
}();

constexpr bool holds_bound(std::uint32_t bucket) noexcept
{
    return ((buckets_with_bound[bucket / 64] >> (bucket % 64)) & 1U) != 0;
}

/// The last bound below `ns`, which lies in the bucket of a bound; none if it is not above that.
std::size_t bound_below(std::uint64_t ns) noexcept
{
    auto const at = std::lower_bound(duration_bounds_ns.begin(), duration_bounds_ns.end(), ns);
    return static_cast<std::size_t>(at - duration_bounds_ns.begin()) - 1;
}

}  // namespace

latency_histogram::latency_histogram(latency_histogram const& other)
    : first_(other.first_), size_(other.size_), count_(other.count_), sum_ns_(other.sum_ns_),
      max_ns_(other.max_ns_)
{
    if (!other.cells_) return;
    cells_ = std::make_unique_for_overwrite<std::uint64_t[]>(cell_count());
    std::copy_n(other.cells_.get(), cell_count(), cells_.get());
}

latency_histogram::latency_histogram(latency_histogram&& other) noexcept { swap(other); }

latency_histogram& latency_histogram::operator=(latency_histogram other) noexcept
{
    swap(other);
    return *this;
}

void latency_histogram::add(std::uint64_t ns, std::uint32_t times) noexcept
{
    count_ += times;
    sum_ns_ += ns * times;
    max_ns_ = std::max(max_ns_, ns);
    std::uint32_t const bucket = bucket_of(ns);
    // Below first_ wraps round to a large number, so one comparison finds both ways out.
    if (bucket - first_ >= size_ || holds_bound(bucket)) [[unlikely]]
        return count_special(bucket, ns, times);
    cells_[bound_cells + (bucket - first_)] += times;
}

void latency_histogram::count_special(std::uint32_t bucket, std::uint64_t ns,
                                      std::uint32_t times) noexcept
{
    widen(bucket);
    cells_[bound_cells + (bucket - first_)] += times;
    std::size_t const below = bound_below(ns);
    if (below < bound_cells && bucket_of(duration_bounds_ns[below]) == bucket) {
        cells_[below] += times;
    }
}

void latency_histogram::merge(latency_histogram const& other) noexcept
{
    if (!other.cells_) return;
    widen(other.first_);
    widen(other.first_ + other.size_ - 1);
    for (std::size_t i = 0; i < bound_cells; ++i)
        cells_[i] += other.cells_[i];
    auto* const into = cells_.get() + bound_cells + (other.first_ - first_);
    for (std::size_t i = 0; i < other.size_; ++i)
        into[i] += other.cells_[bound_cells + i];
    count_ += other.count_;
    sum_ns_ += other.sum_ns_;
    max_ns_ = std::max(max_ns_, other.max_ns_);
}

std::uint64_t latency_histogram::quantile_ns(double q) const noexcept
{
    if (count_ == 0) return 0;
    double const wanted = std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(count_));
    auto const rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, count_);
    if (rank == count_) return max_ns_;
    std::uint64_t seen = 0;
    for (std::uint32_t i = 0; i < size_; ++i) {
        seen += cells_[bound_cells + i];
        if (seen >= rank) return std::min(middle_of(first_ + i), max_ns_);
    }
    return max_ns_;
}

std::array<std::uint64_t, bound_cells + 1> latency_histogram::bound_counts() const noexcept
{
    std::array<std::uint64_t, bound_cells + 1> counts{};
    std::size_t bound = 0;
    for (std::uint32_t i = 0; i < size_; ++i) {
        std::uint32_t const bucket = first_ + i;
        while (bound < bound_cells && bucket_of(duration_bounds_ns[bound]) < bucket)
            ++bound;
        std::uint64_t const here = cells_[bound_cells + i];
        counts[bound] += here;
        if (bound < bound_cells && bucket_of(duration_bounds_ns[bound]) == bucket) {
            counts[bound] -= cells_[bound];
            counts[bound + 1] += cells_[bound];
        }
    }
    return counts;
}

std::size_t latency_histogram::heap_bytes() const noexcept
{
    return cells_ ? cell_count() * sizeof(std::uint64_t) : 0;
}

std::size_t latency_histogram::cell_count() const noexcept { return bound_cells + size_; }

void latency_histogram::widen(std::uint32_t index)
{
    std::uint32_t const low = index / sub_buckets * sub_buckets;
    std::uint32_t const first = size_ == 0 ? low : std::min(first_, low);
    std::uint32_t const end = std::max(size_ == 0 ? 0 : first_ + size_, low + sub_buckets);
    if (first == first_ && end - first == size_) return;

    auto wider = std::make_unique<std::uint64_t[]>(bound_cells + (end - first));
    if (cells_) {
        std::copy_n(cells_.get(), bound_cells, wider.get());
        std::copy_n(cells_.get() + bound_cells, size_,
                    wider.get() + bound_cells + (first_ - first));
    }
    cells_ = std::move(wider);
    first_ = first;
    size_ = end - first;
}

void latency_histogram::swap(latency_histogram& other) noexcept
{
    std::swap(cells_, other.cells_);
    std::swap(first_, other.first_);
    std::swap(size_, other.size_);
    std::swap(count_, other.count_);
    std::swap(sum_ns_, other.sum_ns_);
    std::swap(max_ns_, other.max_ns_);
}

}  // namespace respguard::stats
