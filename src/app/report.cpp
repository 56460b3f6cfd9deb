#include "app/report.hpp"

#include "respguard/config/rule_text.hpp"

#include <string>
#include <utility>

#include "app/awaited.hpp"

namespace respguard::app {

namespace asio = boost::asio;

namespace {

asio::awaitable<stats::snapshot> one_snapshot(shard& from)
{
    return awaited<stats::snapshot>(
        [&from](callback<stats::snapshot> done) { from.snapshot(std::move(done)); });
}

}  // namespace

asio::awaitable<stats::snapshot> gather(std::vector<std::unique_ptr<shard>> const& shards)
{
    std::vector<stats::snapshot> copies;
    copies.reserve(shards.size());
    for (auto const& each : shards)
        copies.push_back(co_await one_snapshot(*each));
    stats::snapshot merged = stats::merge(std::move(copies));
    co_return merged;
}

std::vector<stats::rule_row> rule_rows(policy::rule_set const& rules)
{
    std::vector<stats::rule_row> rows;
    for (auto const& rule : rules.rules()) {
        rows.push_back({rule.id, std::string(policy::to_string(rule.what)), rule.source,
                        config::match_text(rule.match), rule.message, rule.shadow});
    }
    return rows;
}

}  // namespace respguard::app
