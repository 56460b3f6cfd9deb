// Finds queues whose workers are gone.
//
// EmailEngine's own health says 200 while its queue workers are dead (EMAILENGINE.md section 6):
// jobs are queued and nothing happens. Seen from here, such a queue shows no sign of a worker while
// other traffic goes on.
#pragma once

#include "respguard/stats/dimension.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace respguard::stats {

struct lost_consumers_settings {
    /// An idle worker asks every 5 s; three of that without a sign.
    std::chrono::milliseconds lost_after{15'000};
    /// If the last sign was the start of a job: a worker renews its lock at half of lockDuration,
    /// which is 10 min for EmailEngine's exports.
    std::chrono::milliseconds lost_after_start{315'000};
};

/// A queue as it is now, all shards together.
struct queue_state {
    std::string queue;
    worker_pulse workers;
};

/// What one shard, or all of them, know about the workers of queues.
struct consumers_pulse {
    std::vector<queue_state> queues;
    std::uint64_t traffic_ns = 0;  ///< When the newest bytes of any client were read.

    /// Adds what another shard knows, by queue.
    void merge(consumers_pulse const& other);
};

/// What changed with one queue.
struct consumers_change {
    std::string queue;
    bool lost = false;            ///< Else they are back.
    std::uint64_t silent_ns = 0;  ///< For so long there was no sign.
    bool during_job = false;      ///< The last sign was the start of a job.
};

/// Used by one thread. Time is monotonic nanoseconds.
class lost_consumers {
public:
    explicit lost_consumers(lost_consumers_settings settings = {}) : settings_(settings) {}

    /// Call it every few seconds. `traffic_ns`: when the newest request of anybody was read.
    std::vector<consumers_change> look(std::vector<queue_state> const& queues,
                                       std::uint64_t traffic_ns, std::uint64_t now_ns);
    /// Queues whose workers are gone, and since when there was no sign.
    [[nodiscard]] std::map<std::string, std::uint64_t> const& lost() const noexcept
    {
        return lost_;
    }

private:
    lost_consumers_settings settings_;
    std::map<std::string, std::uint64_t> lost_;
};

}  // namespace respguard::stats
