// How the coroutines here wait: `auto const [error, result] = co_await operation(use_tuple)`.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace respguard::admin {

inline constexpr auto use_tuple = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace respguard::admin
