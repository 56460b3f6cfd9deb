// How long to wait after failures.
#pragma once

#include <algorithm>
#include <chrono>

namespace respguard::admin {

/// Doubles with each failure in a row, up to `max`, less up to a half of it: guards that lost the
/// same receiver shall not all come back at once.
///
/// @param failures In a row, at least 1.
/// @param chance 0 to 1, by chance.
[[nodiscard]] inline std::chrono::milliseconds retry_pause(unsigned failures,
                                                           std::chrono::milliseconds min,
                                                           std::chrono::milliseconds max,
                                                           double chance)
{
    auto whole = std::min(min, max);
    for (unsigned i = 1; i < failures && whole < max; ++i)
        whole = std::min(whole * 2, max);
    auto const less = static_cast<double>(whole.count()) * std::clamp(chance, 0.0, 1.0) / 2;
    return whole - std::chrono::milliseconds(static_cast<long long>(less));
}

}  // namespace respguard::admin
