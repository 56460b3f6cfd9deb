// Median and range of repeated measurements. Never a mean: on a shared machine one stolen time
// slice would move it.
#pragma once

#include <cstddef>
#include <vector>

namespace respguard::bench {

/// What is reported of a series: the middle, and what 80 % of the blocks stayed within.
struct spread {
    double median = 0;
    double p10 = 0;
    double p90 = 0;
    std::size_t count = 0;  ///< 0: nothing was measured, the other members mean nothing.
};

/// @param values Taken by value, because finding a quantile reorders them.
spread spread_of(std::vector<double> values);

/// The smallest value that at least `fraction` of all values do not exceed (nearest rank). Reorders
/// `values`, which must not be empty.
double quantile(std::vector<double>& values, double fraction);

}  // namespace respguard::bench
