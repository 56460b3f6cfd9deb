// /stats on one screen. No I/O.
#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <string>

namespace respguard::terminal {

/// What is going on, then the commands with the most calls and the errors.
///
/// @param stats The answer of /stats.
/// @param width No line is longer, as far as that is possible.
/// @param rows At most so many commands.
[[nodiscard]] std::string stats_summary(boost::json::object const& stats, std::size_t width,
                                        std::size_t rows);

}  // namespace respguard::terminal
