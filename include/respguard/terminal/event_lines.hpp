// One event of /events as a line for a person. No I/O.
#pragma once

#include <boost/json/object.hpp>

#include <string>

namespace respguard::terminal {

/// "2026-11-23 00:31:05  rule_hit  reject flush: flushall, from 10.0.0.5:51234 (cleanup): why"
///
/// @param event As docs/EVENTS.md has it; of a type that is not known here, what it has in common
/// with the others is shown.
[[nodiscard]] std::string event_line(boost::json::object const& event);

}  // namespace respguard::terminal
