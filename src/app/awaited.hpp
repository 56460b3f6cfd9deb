// A callback that may come from any thread, as something to co_await.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace respguard::app {

template <class Result>
using callback = std::function<void(Result)>;

/// Calls `start` with a callback and waits for it, which may be called once, on any thread.
template <class Result>
boost::asio::awaitable<Result> awaited(std::function<void(callback<Result>)> start)
{
    auto const executor = co_await boost::asio::this_coro::executor;
    auto initiate = [&start, executor](auto handler) {
        // std::function wants copies, the handler can only be moved.
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        start([shared, executor](Result result) {
            boost::asio::post(executor, [shared, result = std::move(result)]() mutable {
                std::move (*shared)(std::move(result));
            });
        });
    };
    co_return co_await boost::asio::async_initiate<decltype(boost::asio::use_awaitable) const,
                                                   void(Result)>(std::move(initiate),
                                                                 boost::asio::use_awaitable);
}

}  // namespace respguard::app
