#include <gtest/gtest.h>

#include "app/consumer_watch.hpp"

namespace respguard::app {
namespace {

TEST(ConsumerWatch, KnowsOfNobodyAtFirstAndCanBeStopped)
{
    boost::asio::io_context io;
    std::vector<std::unique_ptr<shard>> const shards;
    event_desk events(io, {});
    consumer_watch watch(io, shards, events);
    watch.start();
    EXPECT_TRUE(watch.lost(1).empty());
    watch.stop();
    io.run();  // Ends: nothing waits any more.
}

}  // namespace
}  // namespace respguard::app
