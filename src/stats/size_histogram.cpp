#include "respguard/stats/size_histogram.hpp"

#include <algorithm>

namespace respguard::stats {

void size_histogram::merge(size_histogram const& other) noexcept
{
    for (std::size_t i = 0; i < counts.size(); ++i)
        counts[i] += other.counts[i];
    count += other.count;
    sum += other.sum;
    max = std::max(max, other.max);
}

}  // namespace respguard::stats
