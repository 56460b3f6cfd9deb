// Remembers sizes in bytes: exact counters at the edges that operators ask about.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace respguard::stats {

/// Upper bounds (inclusive) in bytes; edges at the size limits of hosted Redis services.
inline constexpr std::array<std::uint64_t, 14> size_bounds{
    64,        256,       1'024,     4'096,      16'384,     65'536,      262'144,
    1'000'000, 1'048'576, 4'194'304, 10'485'760, 33'554'432, 104'857'600, 536'870'912};

struct size_histogram {
    std::array<std::uint64_t, size_bounds.size() + 1> counts{};
    std::uint64_t count = 0;
    std::uint64_t sum = 0;
    std::uint64_t max = 0;

    /// `times` of the same size.
    void add(std::uint64_t bytes, std::uint32_t times = 1) noexcept
    {
        // Most requests and replies are small: the search ends after one or two steps.
        std::size_t bucket = 0;
        while (bucket < size_bounds.size() && bytes > size_bounds[bucket])
            ++bucket;
        counts[bucket] += times;
        count += times;
        sum += bytes * times;
        if (bytes > max) max = bytes;
    }
    void merge(size_histogram const& other) noexcept;
};

}  // namespace respguard::stats
