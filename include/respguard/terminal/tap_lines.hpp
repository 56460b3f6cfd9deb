// One command of /tap, or one entry of /slowlog, as a line for a person. No I/O.
#pragma once

#include <boost/json/object.hpp>

#include <string>

namespace respguard::terminal {

/// "00:31:05.123   1.24ms evalsha moveToActive-11 ..."; docs/TERMINAL.md has the columns.
[[nodiscard]] std::string tap_line(boost::json::object const& command);

/// Names of the columns that tap_line() fills.
[[nodiscard]] std::string tap_head();

}  // namespace respguard::terminal
