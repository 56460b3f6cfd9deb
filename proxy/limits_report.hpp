// /stats in words: what a limit on commands would refuse.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>

namespace respguard::proxy {

/// @param custom One more limit in bytes, 0: none. Between two of the histogram's bounds: a range.
[[nodiscard]] std::string limits_report(boost::json::object const& stats, std::uint64_t custom);

}  // namespace respguard::proxy
