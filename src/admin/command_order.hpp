// Which commands are shown, and in which order.
#pragma once

#include "respguard/stats/shard_stats.hpp"

#include <string_view>
#include <vector>

namespace respguard::admin {

struct command_row {
    std::string_view name;
    stats::command_stats const* counted = nullptr;  ///< Never null; borrowed from the shard_stats.
};

/// Commands that were seen: most calls first, then most rejected, then by name.
[[nodiscard]] std::vector<command_row> commands_by_calls(stats::shard_stats const& stats);

}  // namespace respguard::admin
