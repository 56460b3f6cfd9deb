#include "app/report.hpp"

#include "respguard/config/rule_text.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <string>
#include <utility>

namespace respguard::app {

namespace asio = boost::asio;

namespace {

asio::awaitable<stats::snapshot> one_snapshot(shard& from)
{
    auto const executor = co_await asio::this_coro::executor;
    auto start = [&from, executor](auto handler) {
        // std::function wants copies, the handler can only be moved.
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        from.snapshot([shared, executor](stats::snapshot copy) {
            asio::post(executor, [shared, copy = std::move(copy)]() mutable {
                std::move (*shared)(std::move(copy));
            });
        });
    };
    co_return co_await asio::async_initiate<decltype(asio::use_awaitable) const,
                                            void(stats::snapshot)>(std::move(start),
                                                                   asio::use_awaitable);
}

}  // namespace

asio::awaitable<stats::snapshot> gather(std::vector<std::unique_ptr<shard>> const& shards)
{
    std::vector<stats::snapshot> copies;
    for (auto const& each : shards)
        copies.push_back(co_await one_snapshot(*each));
    co_return stats::merge(std::move(copies));
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
