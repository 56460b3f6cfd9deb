// The page's tables of Lua scripts, BullMQ queues and keys.
#pragma once

#include "respguard/stats/snapshot.hpp"

#include <boost/json/object.hpp>

#include <cstddef>

namespace respguard::admin {

/// Rows of each of these tables; the JSON has all.
inline constexpr std::size_t page_usage_rows_max = 20;

/// Adds `scripts`, `queues`, `keys` and what belongs to them.
///
/// @param report Merged and presentable.
void add_usage(boost::json::object& page, stats::report const& report);

}  // namespace respguard::admin
