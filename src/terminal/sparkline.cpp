#include "terminal/sparkline.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace respguard::terminal {

namespace {

// Nothing is a space, little is seen.
constexpr std::array<char const*, 9> block_steps{" ",      "\u2581", "\u2582", "\u2583", "\u2584",
                                                 "\u2585", "\u2586", "\u2587", "\u2588"};
constexpr std::array<char const*, 9> ascii_steps{" ", ".", "_", ":", "-", "=", "+", "*", "#"};

}  // namespace

std::string sparkline(std::span<double const> values, std::size_t columns, bool blocks)
{
    auto const shown = values.last(std::min(columns, values.size()));
    double const most = shown.empty() ? 0 : *std::max_element(shown.begin(), shown.end());
    auto const& steps = blocks ? block_steps : ascii_steps;
    std::string out(columns - shown.size(), ' ');
    for (double const value : shown) {
        double const part = most > 0 ? value / most : 0;
        out += steps.at(value > 0 ? static_cast<std::size_t>(std::ceil(part * 8)) : 0);
    }
    return out;
}

}  // namespace respguard::terminal
