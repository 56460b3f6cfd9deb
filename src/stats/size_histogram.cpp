#include "respguard/stats/size_histogram.hpp"

#include <algorithm>

namespace respguard::stats {

void size_histogram::add(std::uint64_t bytes) noexcept
{
    // Most requests and replies are small: the search ends after one or two steps.
    std::size_t bucket = 0;
    while (bucket < size_bounds.size() && bytes > size_bounds[bucket])
        ++bucket;
    ++counts[bucket];
    ++count;
    sum += bytes;
    max = std::max(max, bytes);
}

void size_histogram::merge(size_histogram const& other) noexcept
{
    for (std::size_t i = 0; i < counts.size(); ++i)
        counts[i] += other.counts[i];
    count += other.count;
    sum += other.sum;
    max = std::max(max, other.max);
}

}  // namespace respguard::stats
