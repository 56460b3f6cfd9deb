#include "respguard/admin/event_hub.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace respguard::admin {
namespace {

using namespace std::chrono_literals;

TEST(EventHub, WakesWhoWaits)
{
    boost::asio::io_context io;
    event_hub hub(10, "77");
    int news = 0;
    int no_news = 0;
    auto const listen = [&](std::chrono::milliseconds at_most) -> boost::asio::awaitable<void> {
        ++(co_await hub.wait(hub.ring().newest(), at_most) ? news : no_news);
    };
    boost::asio::co_spawn(io, listen(1h), boost::asio::detached);
    boost::asio::co_spawn(io, listen(1h), boost::asio::detached);
    boost::asio::co_spawn(io, listen(0ms), boost::asio::detached);
    io.poll();
    EXPECT_EQ(news + no_news, 1) << "only the one whose time is over";
    hub.add({});
    io.poll();
    EXPECT_EQ(news, 2);
    EXPECT_EQ(no_news, 1);
}

TEST(EventHub, NobodyWaitsAfterStop)
{
    boost::asio::io_context io;
    event_hub hub(10, "77");
    int woken = 0;
    auto const listen = [&]() -> boost::asio::awaitable<void> {
        co_await hub.wait(0, 1h);
        ++woken;
    };
    boost::asio::co_spawn(io, listen(), boost::asio::detached);
    io.poll();
    EXPECT_EQ(woken, 0);
    hub.stop();
    boost::asio::co_spawn(io, listen(), boost::asio::detached);
    io.poll();
    EXPECT_EQ(woken, 2);
}

}  // namespace
}  // namespace respguard::admin
