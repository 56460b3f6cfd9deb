#include "admin/command_order.hpp"

#include "respguard/command/command_table.hpp"

#include <algorithm>
#include <cstddef>

namespace respguard::admin {

std::vector<command_row> commands_by_calls(stats::shard_stats const& stats)
{
    std::vector<command_row> rows;
    auto const table = command::table();
    for (std::size_t i = 0; i < table.size(); ++i) {
        auto const* const seen = stats.find(static_cast<command::command_id>(i));
        if (seen != nullptr) rows.push_back({table[i].name, seen});
    }
    std::sort(rows.begin(), rows.end(), [](command_row const& a, command_row const& b) {
        if (a.counted->calls != b.counted->calls) return a.counted->calls > b.counted->calls;
        if (a.counted->rejected != b.counted->rejected) {
            return a.counted->rejected > b.counted->rejected;
        }
        return a.name < b.name;
    });
    return rows;
}

}  // namespace respguard::admin
