// What the watchers of one shard have noticed, for the metrics.
#pragma once

#include "respguard/stats/near_limits.hpp"

#include <cstddef>
#include <cstdint>

namespace respguard::stats {

struct notice_counts {
    near_limits::counts near_requests{};
    near_limits::counts near_replies{};
    std::uint64_t overdue_now = 0;
    std::uint64_t overdue_total = 0;
    std::uint64_t unanswered_writes_total = 0;
    std::uint64_t reconnects_total = 0;

    notice_counts& operator+=(notice_counts const& other) noexcept
    {
        for (std::size_t i = 0; i < near_requests.size(); ++i) {
            near_requests[i] += other.near_requests[i];
            near_replies[i] += other.near_replies[i];
        }
        overdue_now += other.overdue_now;
        overdue_total += other.overdue_total;
        unanswered_writes_total += other.unanswered_writes_total;
        reconnects_total += other.reconnects_total;
        return *this;
    }
};

}  // namespace respguard::stats
