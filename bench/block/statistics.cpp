#include "statistics.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace respguard::bench {

double quantile(std::vector<double>& values, double fraction)
{
    assert(!values.empty() && "a quantile of nothing");
    auto const size = static_cast<double>(values.size());
    auto const rank = static_cast<std::size_t>(std::max(1.0, std::ceil(fraction * size))) - 1;
    auto const nth = values.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(values.begin(), nth, values.end());
    return *nth;
}

spread spread_of(std::vector<double> values)
{
    if (values.empty()) return {};
    spread result;
    result.count = values.size();
    result.p10 = quantile(values, 0.1);
    result.p90 = quantile(values, 0.9);
    result.median = quantile(values, 0.5);
    if (values.size() % 2 == 0) {  // Nearest rank gave the lower of the two in the middle.
        auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        result.median = (result.median + *std::min_element(middle, values.end())) / 2;
    }
    return result;
}

}  // namespace respguard::bench
