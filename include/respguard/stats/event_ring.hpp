// The newest events, however many there were.
#pragma once

#include "respguard/stats/event.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace respguard::stats {

/// Which events somebody wants to see; all conditions hold.
struct event_filter {
    std::uint64_t after_id = 0;
    std::uint64_t from_unix_ns = 0;
    std::uint32_t types = ~std::uint32_t{0};  ///< Bit n: event_type n.

    void only(event_type type) noexcept
    {
        if (types == ~std::uint32_t{0}) types = 0;
        types |= std::uint32_t{1} << static_cast<unsigned>(type);
    }
    [[nodiscard]] bool takes(event const& what) const noexcept;
};

/// Bounded: keeps `kept_max` events, each with texts of at most text_bytes_max. Used by one thread.
class event_ring {
public:
    static constexpr std::size_t text_bytes_max = 256;

    /// @param kept_max At least 1.
    explicit event_ring(std::size_t kept_max);

    /// Gives it the next id, cuts its texts, keeps it; the oldest goes if there is no room.
    void add(event what);

    /// Id of the newest event; 0 if there was none.
    [[nodiscard]] std::uint64_t newest() const noexcept { return newest_; }
    /// Id of the oldest one that is kept; newest() + 1 if none is.
    [[nodiscard]] std::uint64_t oldest() const noexcept { return newest_ + 1 - events_.size(); }

    /// The oldest `count` of those that are kept and newer than `id`, oldest first.
    [[nodiscard]] std::vector<event> after(std::uint64_t id, std::size_t count) const;
    /// The newest `count` of those that the filter takes, oldest first.
    [[nodiscard]] std::vector<event> newest_of(event_filter const& filter, std::size_t count) const;

private:
    std::size_t kept_max_;
    std::deque<event> events_;  // Their ids follow each other without a gap.
    std::uint64_t newest_ = 0;
};

}  // namespace respguard::stats
