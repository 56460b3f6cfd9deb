#include "respguard/stats/event_ring.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace respguard::stats {

bool event_filter::takes(event const& what) const noexcept
{
    return what.id > after_id && what.unix_ns >= from_unix_ns &&
           (types >> static_cast<unsigned>(what.type) & 1U) != 0;
}

event_ring::event_ring(std::size_t kept_max) : kept_max_(std::max<std::size_t>(kept_max, 1)) {}

void event_ring::add(event what)
{
    // A client chooses its name: without this it would choose our memory, too.
    for (std::string* const text : {&what.rule, &what.action, &what.command, &what.client,
                                    &what.name, &what.user, &what.script, &what.queue, &what.family,
                                    &what.error, &what.reason, &what.old_value, &what.new_value}) {
        if (text->size() <= text_bytes_max) continue;
        text->resize(text_bytes_max);
        text->shrink_to_fit();
    }
    what.id = ++newest_;
    if (events_.size() == kept_max_) events_.pop_front();
    events_.push_back(std::move(what));
}

std::vector<event> event_ring::after(std::uint64_t id, std::size_t count) const
{
    if (id >= newest_) return {};
    auto const skipped = id + 1 > oldest() ? id + 1 - oldest() : 0;
    auto const first = events_.begin() + static_cast<std::ptrdiff_t>(skipped);
    auto const left = static_cast<std::size_t>(events_.end() - first);
    return {first, first + static_cast<std::ptrdiff_t>(std::min(left, count))};
}

std::vector<event> event_ring::newest_of(event_filter const& filter, std::size_t count) const
{
    std::vector<event> found;
    for (auto each = events_.rbegin(); each != events_.rend() && found.size() < count; ++each) {
        if (filter.takes(*each)) found.push_back(*each);
    }
    std::reverse(found.begin(), found.end());
    return found;
}

}  // namespace respguard::stats
