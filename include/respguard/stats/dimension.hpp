// Counts by a name that is not known beforehand: Lua script, BullMQ queue, key family.
//
// Bounded: when names_max are known, every further one is counted as `__overflow__`, and a counter
// says how often. Found by a hash of whatever the caller knows the thing by, so that what comes
// again costs one look-up; a name is made only for what is new.
#pragma once

#include "respguard/stats/latency_histogram.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::stats {

/// Place of a name in a dimension. Only grows, means the same until the process ends.
using label = std::uint16_t;
inline constexpr label no_label = 0;
inline constexpr label label_of_overflow = 1;
/// Label of what found no place, in every table and metric.
inline constexpr std::string_view overflow_label = "__overflow__";

/// Signs of life of a queue's workers; monotonic nanoseconds, 0: never.
struct worker_pulse {
    std::uint64_t sign_ns = 0;     ///< A worker asked for a job, ended one, or renewed a lock.
    std::uint64_t request_ns = 0;  ///< The last request of the queue, by whomever.
    std::uint32_t waiting = 0;     ///< Workers that wait on the server for a job, now.
    bool busy = false;             ///< The last sign was the start of a job.

    void merge(worker_pulse const& other) noexcept
    {
        if (other.sign_ns > sign_ns) busy = other.busy;
        sign_ns = sign_ns > other.sign_ns ? sign_ns : other.sign_ns;
        request_ns = request_ns > other.request_ns ? request_ns : other.request_ns;
        waiting += other.waiting;
    }
};

/// What is remembered of one name.
struct usage {
    std::string name;
    std::string detail;  ///< Of a script its SHA-1, of a queue its prefix.

    std::uint64_t calls = 0;   ///< Replies received from upstream (errors included).
    std::uint64_t errors = 0;  ///< Of these, error replies.
    std::uint64_t cancelled = 0;
    std::uint64_t rejected = 0;
    std::uint64_t request_bytes = 0;
    std::uint64_t request_bytes_max = 0;
    std::uint64_t reply_bytes = 0;
    std::uint64_t reply_bytes_max = 0;
    std::uint64_t timed = 0;  ///< Round trips of what does not block.
    std::uint64_t round_trip_ns = 0;
    std::uint64_t round_trip_ns_max = 0;
    std::uint64_t blocked = 0;  ///< Round trips of what may block.
    std::uint64_t blocked_ns = 0;
    /// Both empty in a dimension without histograms.
    latency_histogram round_trips;
    latency_histogram blocks;
    worker_pulse workers;  ///< Of a queue.

    void add_request(std::uint64_t bytes, std::uint32_t times = 1) noexcept
    {
        request_bytes += bytes * times;
        if (bytes > request_bytes_max) request_bytes_max = bytes;
    }
    void add_reply(std::uint64_t bytes, bool error, std::uint32_t times = 1) noexcept
    {
        calls += times;
        errors += error ? times : 0;
        reply_bytes += bytes * times;
        if (bytes > reply_bytes_max) reply_bytes_max = bytes;
    }
    void merge(usage const& other);
};

/// Touched by its shard's thread only; other threads get copies.
class dimension {
public:
    enum class histograms : std::uint8_t { no, yes };

    /// @param kept_free Of names_max, so many places are for names that are known beforehand: what
    ///                  anybody may make up does not push them out.
    dimension(std::size_t names_max, histograms wanted, std::size_t kept_free = 0);

    /// no_label if this key is new: then call add().
    [[nodiscard]] label find(std::uint64_t key) const noexcept
    {
        for (std::size_t i = key & mask_;; i = (i + 1) & mask_) {
            slot const& at = slots_[i];
            if (at.key == key) return at.to;
            if (at.to == no_label) return no_label;
        }
    }
    /// Several keys may have one name: they are counted together.
    /// @param known One of the names that places are kept free for.
    label add(std::uint64_t key, std::string_view name, std::string_view detail = {},
              bool known = false);
    /// There is no place any more but for known names.
    [[nodiscard]] bool is_full() const noexcept
    {
        return rows_.size() - label_of_overflow - 1 >= names_max_ - kept_free_;
    }

    [[nodiscard]] usage& of(label which) noexcept { return rows_[which]; }
    [[nodiscard]] usage const& of(label which) const noexcept { return rows_[which]; }
    [[nodiscard]] std::string_view name(label which) const noexcept { return rows_[which].name; }

    /// `times` requests of so many bytes.
    void count_request(label which, std::uint64_t bytes, std::uint32_t times = 1) noexcept
    {
        if (which == label_of_overflow) [[unlikely]]
            overflowed_ += times;
        rows_[which].add_request(bytes, times);
    }
    /// @param round_trip_ns 0: not timed.
    void count_reply(label which, std::uint64_t bytes, bool error, std::uint64_t round_trip_ns,
                     bool blocking) noexcept;
    /// `times` replies that are alike: no errors, of requests that do not block.
    void count_alike(label which, std::uint64_t bytes, std::uint64_t round_trip_ns,
                     std::uint32_t times) noexcept
    {
        usage& row = rows_[which];
        row.add_reply(bytes, false, times);
        if (round_trip_ns == 0) return;
        row.timed += times;
        row.round_trip_ns += round_trip_ns * times;
        if (round_trip_ns > row.round_trip_ns_max) row.round_trip_ns_max = round_trip_ns;
        if (wanted_ == histograms::yes) row.round_trips.add(round_trip_ns, times);
    }

    /// Those with a name; the first one is `__overflow__`, which may be empty.
    [[nodiscard]] std::span<usage const> rows() const noexcept
    {
        return std::span(rows_).subspan(label_of_overflow);
    }
    /// Requests counted as `__overflow__`.
    [[nodiscard]] std::uint64_t overflowed() const noexcept { return overflowed_; }
    [[nodiscard]] std::size_t names_max() const noexcept { return names_max_; }
    [[nodiscard]] bool has_histograms() const noexcept { return wanted_ == histograms::yes; }

    /// Adds what another shard counted, by name.
    void merge(dimension const& other);

private:
    struct slot {
        std::uint64_t key = 0;
        label to = no_label;
    };
    [[nodiscard]] label label_named(std::string_view name, std::string_view detail, bool known);
    void remember(std::uint64_t key, label to);

    std::size_t names_max_;
    std::size_t kept_free_;
    histograms wanted_;
    std::size_t mask_;
    std::size_t used_ = 0;
    std::size_t overflow_keys_ = 0;  // Of those used.
    std::vector<slot> slots_;
    std::vector<usage> rows_;
    std::uint64_t overflowed_ = 0;
};

}  // namespace respguard::stats
