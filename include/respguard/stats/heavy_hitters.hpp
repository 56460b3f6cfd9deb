// What occurs most often of something that has no end, in a place that has one: space-saving
// (Metwally, Agrawal, El Abbadi: Efficient Computation of Frequent and Top-k Elements, 2005).
//
// Each of `counters` places counts one text. A text that has none takes the place of the one seen
// least, together with its count: that is how far a count may be too high, never too low. What
// occurs more often than one in `counters` of all always has a place.
#pragma once

#include "respguard/base/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::stats {

/// One text and how often it was seen: uses at most, uses - uses_error at least.
struct heavy_hitter {
    std::uint64_t id = 0;  ///< Hash of the whole text.
    std::string text;      ///< Cut after heavy_hitters::text_bytes_max.
    std::uint64_t uses = 0;
    std::uint64_t uses_error = 0;
};

/// Counts of one or several heavy_hitters, most used first.
struct hitter_counts {
    std::vector<heavy_hitter> rows;
    std::uint64_t uses = 0;        ///< Of all texts.
    std::uint64_t unseen_max = 0;  ///< What is not in rows was seen no more often than this.

    /// As if both had been counted together; the bounds stay right.
    void merge(hitter_counts const& other);
};

/// Allocates when it is made, not when it counts. For one thread.
class heavy_hitters {
public:
    static constexpr std::size_t text_bytes_max = 128;

    /// @param counters At least 1; each takes 200 bytes.
    explicit heavy_hitters(std::size_t counters);

    void add(byte_view text) noexcept;
    void clear() noexcept;
    [[nodiscard]] hitter_counts counts() const;

private:
    using place = std::uint32_t;
    static constexpr place nowhere = ~place{0};

    struct counter {
        std::uint64_t id = 0;
        std::uint64_t uses = 0;
        std::uint64_t error = 0;
        place next = nowhere;  ///< Of the same bucket.
        place heap_at = 0;
        std::uint8_t size = 0;
        std::array<char, text_bytes_max> bytes;
    };

    [[nodiscard]] place& bucket_of(std::uint64_t id) noexcept { return buckets_[id & mask_]; }
    [[nodiscard]] place find(std::uint64_t id) noexcept;
    void unlink(place at) noexcept;
    void name(place at, std::uint64_t id, byte_view text) noexcept;
    void sink(place at) noexcept;

    std::vector<counter> counters_;
    std::vector<place> buckets_;
    std::vector<place> heap_;  ///< The least used one in front.
    std::uint64_t mask_;
    std::size_t used_ = 0;
    std::uint64_t total_ = 0;
};

}  // namespace respguard::stats
