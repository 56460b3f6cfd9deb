#include "respguard/admin/tap_hub.hpp"

#include <algorithm>
#include <utility>

namespace respguard::admin {

std::shared_ptr<stats::tap> tap_hub::open(stats::tap_filter filter, bool shows_keys)
{
    if (open_.size() == taps_max || !shards_.listen) return nullptr;
    auto made =
        std::make_shared<stats::tap>(std::move(filter), shows_keys && may_show_keys, shards_.count);
    open_.push_back(made);
    shards_.listen(made);
    return made;
}

void tap_hub::close(std::shared_ptr<stats::tap> const& ended)
{
    auto const found = std::find(open_.begin(), open_.end(), ended);
    if (found == open_.end()) return;
    dropped_ += ended->dropped();
    open_.erase(found);
    shards_.forget(ended);
}

stats::tap_counts tap_hub::counts() const
{
    stats::tap_counts counts{open_.size(), told_, dropped_};
    for (auto const& each : open_)
        counts.dropped += each->dropped();
    return counts;
}

}  // namespace respguard::admin
