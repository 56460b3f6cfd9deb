// What one reader of /events/stream gets, as server-sent events. No I/O.
#pragma once

#include "respguard/stats/event_ring.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

#include "admin/event_query.hpp"

namespace respguard::admin {

/// Reads the ring from where it was. What fell out of the ring meanwhile is told to the reader as
/// `event: dropped` and counted.
class event_feed {
public:
    /// At most so many events are made into text at once.
    static constexpr std::size_t batch_max = 100;

    /// @param from, run Borrowed; outlive this object.
    event_feed(stats::event_ring const& from, std::string const& run, event_query const& wanted);

    /// The next piece; empty if there is nothing new.
    [[nodiscard]] std::string next();

    /// Every event up to this one was sent, or left out by the filter, or lost.
    [[nodiscard]] std::uint64_t last() const noexcept { return last_; }
    /// Lost because the reader was too slow; not what was gone before it came.
    [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

private:
    [[nodiscard]] std::string gap_before(std::uint64_t id);

    stats::event_ring const& from_;
    std::string const& run_;
    stats::event_filter which_;
    std::uint64_t last_;
    std::uint64_t dropped_ = 0;
    bool begun_ = false;
};

}  // namespace respguard::admin
