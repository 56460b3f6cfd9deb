// Cuts bytes in every way in which they could arrive.
#pragma once

#include "respguard/base/bytes.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace respguard::test {

/// What one read after the other would give; borrowed from the bytes that were cut.
using pieces = std::vector<byte_view>;

/// Up to this size every place to cut is tried, above it a sample: the work grows with the square.
inline constexpr std::size_t every_split_bytes_max = 2'048;

/// Calls `use` with the bytes whole, cut in two at every place, byte by byte, and cut in three at
/// places that look random but are the same in every run.
void for_every_split(byte_view bytes, std::function<void(pieces const&)> const& use);

/// As for_every_split(), but only with a sample of the places, for large inputs.
void for_some_splits(byte_view bytes, std::function<void(pieces const&)> const& use);

/// "5+1+20": the sizes of the pieces, to name a split in a failure.
[[nodiscard]] std::string to_string(pieces const& cut);

}  // namespace respguard::test
