// What a reader of /tap gets, as server-sent events. No I/O.
#pragma once

#include "respguard/stats/tap_record.hpp"

#include <cstdint>
#include <string>

namespace respguard::admin {

/// Appends one event: `data: {"unix_ms":...}` and an empty line. What is empty or 0 is left out,
/// but for unix_ms, client, db, command, outcome and the sizes.
///
/// @param unix_minus_monotonic_ns What has to be added to the record's time to have the wall clock.
void append_tap_event(std::string& to, stats::tap_record const& record,
                      std::int64_t unix_minus_monotonic_ns);

}  // namespace respguard::admin
