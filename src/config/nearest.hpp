// "did you mean ...?"
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::config {

/// The candidate that is most likely meant by `written`, or empty if none is close.
///
/// Counts insertions, deletions, changes and swaps of neighbours; letter case and `_` for `-` are
/// free.
[[nodiscard]] std::string_view nearest(std::string_view written,
                                       std::span<std::string_view const> candidates);

/// ", did you mean 'x'?" or, if nothing is close, "; known: a, b, c".
[[nodiscard]] std::string suggestion(std::string_view written,
                                     std::span<std::string_view const> candidates);

/// "a, b, c"
[[nodiscard]] std::string joined(std::span<std::string_view const> names,
                                 std::string_view separator = ", ");

}  // namespace respguard::config
