// What one shard notices by itself and an operator wants to know at once.
#pragma once

#include "respguard/relay/observer.hpp"
#include "respguard/stats/error_replies.hpp"
#include "respguard/stats/near_limits.hpp"
#include "respguard/stats/notice_counts.hpp"
#include "respguard/stats/overdue_blocks.hpp"
#include "respguard/stats/reconnects.hpp"
#include "respguard/stats/unanswered_writes.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace respguard::app {

/// Used on its shard's thread. Off the path of commands: it hears of errors, of waits over half a
/// second, of large sizes and of ends.
class shard_notices {
public:
    /// @param watch Outlives it.
    /// @param tell Gets each event, not yet in the log.
    shard_notices(stats::command_watch& watch, stats::notices::sink const& tell)
        : errors_(watch, tell), overdue_(watch, tell), near_limits_(watch, tell),
          writes_(watch, tell), reconnects_(tell)
    {
    }

    /// Other limits are in force.
    void replace(stats::size_limits limits) { near_limits_.replace(std::move(limits)); }
    void on_closed(relay::client_info const& client, relay::closed_client const& how);
    /// To be called every second with the requests that are overdue.
    void look(std::vector<stats::overdue_block> const& overdue, std::uint64_t now_ns);
    [[nodiscard]] stats::notice_counts counts() const noexcept;

private:
    stats::error_replies errors_;
    stats::overdue_blocks overdue_;
    stats::near_limits near_limits_;
    stats::unanswered_writes writes_;
    stats::reconnects reconnects_;
};

}  // namespace respguard::app
