#include "admin/totals.hpp"

#include "respguard/command/command_table.hpp"

#include <cstddef>

namespace respguard::admin {

totals totals::of(stats::shard_stats const& stats)
{
    totals all;
    for (std::size_t i = 0; i < command::table().size(); ++i) {
        auto const* const seen = stats.find(static_cast<command::command_id>(i));
        if (seen == nullptr) continue;
        all.calls += seen->calls;
        all.errors += seen->errors;
        all.rejected += seen->rejected;
        all.cancelled += seen->cancelled;
        all.alerted += seen->alerted;
        all.round_trip.merge(seen->round_trip);
    }
    return all;
}

}  // namespace respguard::admin
