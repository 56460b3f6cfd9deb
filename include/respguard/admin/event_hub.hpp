// The newest events, for whoever asks or listens.
//
// Lives on the HTTP server's thread. Listeners have no queue of their own: they read the ring from
// where they were, so a slow one costs no memory and finds a gap in the ids.
#pragma once

#include "respguard/stats/event_ring.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace respguard::admin {

class event_hub {
public:
    /// Readers of /events/stream at once.
    static constexpr std::size_t streams_max = 16;

    /// @param run Tells ids of this process from those of an earlier one.
    event_hub(std::size_t kept_max, std::string run);

    /// Keeps it and wakes everybody who waits.
    void add(stats::event what);

    [[nodiscard]] stats::event_ring const& ring() const noexcept { return ring_; }
    [[nodiscard]] std::string const& run() const noexcept { return run_; }

    /// Until there is an event newer than `id`, or the time is over, or stop(). @return True if
    /// there is one.
    boost::asio::awaitable<bool> wait(std::uint64_t id, std::chrono::milliseconds at_most);

    /// Nobody waits any more, now or later.
    void stop();
    [[nodiscard]] bool is_stopped() const noexcept { return stopped_; }

    // Counted by whoever reads.
    std::size_t streams_now = 0;
    std::uint64_t stream_dropped = 0;

private:
    stats::event_ring ring_;
    std::string run_;
    std::vector<boost::asio::steady_timer*> waiting_;
    bool stopped_ = false;
};

}  // namespace respguard::admin
