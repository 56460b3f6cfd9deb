#include "respguard/stats/lost_consumers.hpp"

#include <algorithm>

namespace respguard::stats {

void consumers_pulse::merge(consumers_pulse const& other)
{
    traffic_ns = std::max(traffic_ns, other.traffic_ns);
    for (queue_state const& each : other.queues) {
        auto const at = std::find_if(queues.begin(), queues.end(), [&](queue_state const& known) {
            return known.queue == each.queue;
        });
        if (at == queues.end()) {
            queues.push_back(each);
        } else {
            at->workers.merge(each.workers);
        }
    }
}

std::vector<consumers_change> lost_consumers::look(std::vector<queue_state> const& queues,
                                                   std::uint64_t traffic_ns, std::uint64_t now_ns)
{
    std::vector<consumers_change> changes;
    for (queue_state const& each : queues) {
        auto const& workers = each.workers;
        // Never seen: perhaps they connect elsewhere, and only producers are here.
        if (workers.sign_ns == 0) continue;
        std::uint64_t const silent =
            now_ns > workers.sign_ns ? now_ns - workers.sign_ns : std::uint64_t{0};
        auto const limit = workers.busy ? settings_.lost_after_start : settings_.lost_after;
        auto const limit_ns = static_cast<std::uint64_t>(std::chrono::nanoseconds(limit).count());
        bool const is_silent = workers.waiting == 0 && silent > limit_ns;
        auto const known = lost_.find(each.queue);
        if (known == lost_.end()) {
            // Without any traffic behind the last sign it is the application that is gone, or the
            // network: /clients and upstream_lost tell that.
            if (!is_silent || traffic_ns <= workers.sign_ns) continue;
            lost_.emplace(each.queue, workers.sign_ns);
            changes.push_back({each.queue, true, silent, workers.busy});
        } else if (workers.waiting > 0 || workers.sign_ns > known->second) {
            changes.push_back({each.queue, false, workers.sign_ns - known->second, false});
            lost_.erase(known);
        }
    }
    return changes;
}

}  // namespace respguard::stats
