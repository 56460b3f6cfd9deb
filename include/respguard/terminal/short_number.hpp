// Numbers in narrow columns, in ASCII.
#pragma once

#include <cstdint>
#include <string>

namespace respguard::terminal {

/// "0", "950", "12.3k", "1.23M": at most 5 characters up to 10^15. Below 10 with one decimal, if it
/// has one: "0.3".
[[nodiscard]] std::string short_count(double count);

/// "950", "1.2K", "34M": 1024-based, as Redis writes them.
[[nodiscard]] std::string short_size(double bytes);

/// "83us", "1.24ms", "12.3s"; "-" for 0: nothing was measured.
[[nodiscard]] std::string short_time(double us);

/// How long something has lasted: "59s", "4m05s", "3h12m", "12d04h".
[[nodiscard]] std::string short_age(double ms);

/// "2026-11-23 00:31:05" in the time zone of the process.
[[nodiscard]] std::string date_and_time(std::int64_t unix_ms);

/// "00:31:05.123"
[[nodiscard]] std::string time_of_day(std::int64_t unix_ms);

}  // namespace respguard::terminal
