// Numbers as a tired person reads them.
#pragma once

#include <cstdint>
#include <string>

namespace respguard::admin {

/// "0", "950", "12,345", "1.23 M", "4.56 G".
[[nodiscard]] std::string readable_count(std::uint64_t count);

/// "0 B", "950 B", "1.2 KiB", "34 MiB".
[[nodiscard]] std::string readable_size(std::uint64_t bytes);

/// A duration that was measured: "83 µs", "1.24 ms", "12.3 s", "-" for 0 (nothing was measured).
[[nodiscard]] std::string readable_latency(std::uint64_t ns);

/// How long something has lasted: "0 s", "59 s", "4 min 5 s", "3 h 12 min", "12 d 4 h".
[[nodiscard]] std::string readable_age(std::uint64_t ns);

/// "2026-11-23 00:31:05 UTC"; "never" for 0.
[[nodiscard]] std::string readable_time(std::uint64_t unix_ns);

}  // namespace respguard::admin
