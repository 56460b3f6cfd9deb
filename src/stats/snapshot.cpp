#include "respguard/stats/snapshot.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace respguard::stats {

namespace {

std::shared_ptr<shard_stats const>
merged(std::vector<std::shared_ptr<shard_stats const>> const& all)
{
    if (all.empty()) return std::make_shared<shard_stats const>(0);
    if (all.size() == 1) return all.front();
    auto total = std::make_shared<shard_stats>(*all.front());
    for (std::size_t i = 1; i < all.size(); ++i)
        total->merge(*all[i]);
    return total;
}

}  // namespace

snapshot merge(std::vector<snapshot> parts)
{
    snapshot out;
    std::vector<std::shared_ptr<shard_stats const>> all;
    for (auto& part : parts) {
        out.hot_keys.merge(part.hot_keys);
        for (auto& shard : part.shards) {
            if (shard) all.push_back(std::move(shard));
        }
        std::size_t const room = snapshot::clients_max - out.clients.size();
        std::size_t const taken = std::min(room, part.clients.size());
        auto const first = part.clients.begin();
        std::move(first, first + static_cast<std::ptrdiff_t>(taken),
                  std::back_inserter(out.clients));
        out.clients_truncated |= part.clients_truncated || taken < part.clients.size();
        std::size_t const free = snapshot::inflight_max - out.inflight.size();
        std::size_t const more = std::min(free, part.inflight.size());
        std::move(part.inflight.begin(), part.inflight.begin() + static_cast<std::ptrdiff_t>(more),
                  std::back_inserter(out.inflight));
        out.inflight_truncated |= part.inflight_truncated || more < part.inflight.size();
        std::move(part.logs.begin(), part.logs.end(), std::back_inserter(out.logs));
        for (std::size_t i = 0; i < out.logged.size(); ++i)
            out.logged[i] += part.logged[i];
        out.notices += part.notices;
    }
    out.shards.push_back(merged(all));
    return out;
}

}  // namespace respguard::stats
