// Sizes and durations as people write and read them.
#pragma once

#include "respguard/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace respguard {

/// "1mb", "64kb", "1gb" (1024-based), "1m", "64k", "1g" (1000-based), "512b", "512": as Redis reads
/// sizes (redis 7.0.15 util.c memtoull), any letter case. No sign, no blanks, no fraction.
[[nodiscard]] parsed<std::uint64_t> parse_size(std::string_view text);

/// "250us", "250ms", "3s", "5m", "2h", "0". A bare number other than 0 is refused: nobody remembers
/// its unit.
[[nodiscard]] parsed<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// "1mb", "1536kb", "1000": the shortest exact form that parse_size() reads back.
[[nodiscard]] std::string format_size(std::uint64_t bytes);

/// "250ms", "3s", "90s": the largest unit that divides it; parse_duration() reads it back.
[[nodiscard]] std::string format_duration(std::chrono::nanoseconds duration);

}  // namespace respguard
