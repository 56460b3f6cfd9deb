#include "app/report.hpp"

#include "respguard/base/units.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

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

void add(std::string& text, std::string_view key, std::vector<std::string> const& values)
{
    if (values.empty()) return;
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", key, fmt::join(values, " | "));
}

std::string text_of(policy::match_settings const& match)
{
    std::string text;
    add(text, "command", match.commands);
    add(text, "param", match.params);
    add(text, "value", match.values);
    if (match.value_between) {
        text += fmt::format(", value between {} and {}", match.value_between->first,
                            match.value_between->second);
    }
    if (match.also_sets) {
        text += fmt::format(", also sets {} = {}", match.also_sets->first, match.also_sets->second);
    }
    if (match.request_bytes_over) {
        text += fmt::format("{}request_bytes_over = {}", text.empty() ? "" : ", ",
                            format_size(*match.request_bytes_over));
    }
    return text;
}

}  // namespace

asio::awaitable<stats::snapshot> gather(std::vector<std::unique_ptr<shard>> const& shards)
{
    std::vector<stats::snapshot> copies;
    for (auto const& each : shards) copies.push_back(co_await one_snapshot(*each));
    co_return stats::merge(std::move(copies));
}

std::vector<stats::rule_row> rule_rows(policy::rule_set const& rules)
{
    std::vector<stats::rule_row> rows;
    for (auto const& rule : rules.rules()) {
        rows.push_back({rule.id, std::string(policy::to_string(rule.what)), rule.source,
                        text_of(rule.match), rule.message});
    }
    return rows;
}

}  // namespace respguard::app
