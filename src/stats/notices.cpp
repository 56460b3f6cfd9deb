#include "respguard/stats/notices.hpp"

namespace respguard::stats {

namespace {

/// Of all that find no place of their own.
constexpr std::uint64_t any_thing = 0;

}  // namespace

notices::place* notices::due(std::uint64_t thing, std::uint64_t now_ns)
{
    auto found = places_.find(thing);
    if (found == places_.end()) {
        bool const room = places_.size() + 1 < things_max;
        found = places_.try_emplace(room ? thing : any_thing).first;
    }
    place& at = found->second;
    if (at.told_ns != 0 && now_ns - at.told_ns < again_ns) {
        ++at.left_out;
        return nullptr;
    }
    at.told_ns = now_ns;
    return &at;
}

void notices::flush(std::uint64_t now_ns)
{
    for (auto each = places_.begin(); each != places_.end();) {
        place& at = each->second;
        if (now_ns - at.told_ns < again_ns) {
            ++each;
        } else if (at.left_out == 0) {
            each = places_.erase(each);
        } else {
            // One of those that were left out is this one.
            event again = at.last;
            again.unix_ns = 0;
            again.left_out = std::exchange(at.left_out, 0) - 1;
            at.told_ns = now_ns;
            tell_(std::move(again));
            ++each;
        }
    }
}

}  // namespace respguard::stats
