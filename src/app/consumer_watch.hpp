// Asks the shards every few seconds whether the workers of a queue are gone.
#pragma once

#include "respguard/stats/lost_consumers.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/event_desk.hpp"
#include "app/shard.hpp"

namespace respguard::app {

/// Lives on the control thread. Tells what it finds as events and in the log.
class consumer_watch {
public:
    /// All outlive it.
    consumer_watch(boost::asio::io_context& io, std::vector<std::unique_ptr<shard>> const& shards,
                   event_desk& events)
        : io_(io), shards_(shards), events_(events), pause_(io)
    {
    }

    void start() { wait(); }
    void stop();

    /// Queues whose workers are gone, and how long ago they gave their last sign.
    [[nodiscard]] std::map<std::string, std::uint64_t> lost(std::uint64_t now_ns) const;

private:
    void wait();
    void ask();
    void conclude();

    boost::asio::io_context& io_;
    std::vector<std::unique_ptr<shard>> const& shards_;
    event_desk& events_;
    boost::asio::steady_timer pause_;
    stats::lost_consumers watch_;
    stats::consumers_pulse gathered_;
    std::size_t missing_ = 0;  ///< Shards that have not answered.
    bool stopped_ = false;
};

}  // namespace respguard::app
