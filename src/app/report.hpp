// Gathers what the shards counted.
#pragma once

#include "respguard/policy/rule_set.hpp"
#include "respguard/stats/snapshot.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <vector>

#include "app/shard.hpp"

namespace respguard::app {

/// Every shard copies its numbers on its own thread; resumes on the caller's when all have.
boost::asio::awaitable<stats::snapshot> gather(std::vector<std::unique_ptr<shard>> const& shards);

/// The rules as `/rules` shows them.
[[nodiscard]] std::vector<stats::rule_row> rule_rows(policy::rule_set const& rules);

}  // namespace respguard::app
