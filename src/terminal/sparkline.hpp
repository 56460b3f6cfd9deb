// A little curve in one line of text.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace respguard::terminal {

/// The newest `columns` values, newest at the right, scaled to the largest of them; padded with
/// spaces at the left.
///
/// @param blocks Block elements of Unicode; else ASCII for terminals that have none.
[[nodiscard]] std::string sparkline(std::span<double const> values, std::size_t columns,
                                    bool blocks);

}  // namespace respguard::terminal
