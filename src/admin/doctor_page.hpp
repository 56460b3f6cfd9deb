// The doctor's part of the page.
#pragma once

#include "respguard/stats/snapshot.hpp"

#include <boost/json/object.hpp>

#include <cstdint>

namespace respguard::admin {

/// Adds what failed and what is doubtful, failures first; nothing while the doctor is off.
void add_doctor(boost::json::object& page, stats::report const& report, std::uint64_t now_unix_ns);

}  // namespace respguard::admin
