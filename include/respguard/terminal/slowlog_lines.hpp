// One entry of /slowlog or /largelog for a person. No I/O.
#pragma once

#include <boost/json/object.hpp>

#include <string>

namespace respguard::terminal {

/// When, what, whose and how long; the guard's words for where the time went on a second line.
[[nodiscard]] std::string slowlog_lines(boost::json::object const& entry);

}  // namespace respguard::terminal
