// JSON of the guard on one line, for scripts. No I/O.
#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace respguard::terminal {

/// As boost::json::serialize(), but numbers stand as people and grep expect them: 42.4, not 4.24E1.
/// Infinity, which JSON does not know, is null.
[[nodiscard]] std::string json_line(boost::json::value const& value);

}  // namespace respguard::terminal
