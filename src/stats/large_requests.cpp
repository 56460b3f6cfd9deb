#include "respguard/stats/large_requests.hpp"

#include <algorithm>

namespace respguard::stats {

void large_requests::add(std::string_view name, std::uint64_t bytes, std::uint64_t count)
{
    if (name.empty()) return;
    name = name.substr(0, name_bytes_max);
    auto at = std::find_if(rows_.begin(), rows_.end(),
                           [&](row const& each) { return each.name == name; });
    if (at == rows_.end() && rows_.size() < names_max) {
        rows_.push_back({std::string(name), bytes, count});
        return;
    }
    if (at == rows_.end()) {
        at = std::min_element(rows_.begin(), rows_.end(),
                              [](row const& a, row const& b) { return a.bytes_max < b.bytes_max; });
        if (at->bytes_max >= bytes) return;
        *at = {std::string(name), 0, 0};
    }
    at->bytes_max = std::max(at->bytes_max, bytes);
    at->count += count;
}

void large_requests::merge(large_requests const& other)
{
    for (auto const& each : other.rows_)
        add(each.name, each.bytes_max, each.count);
}

}  // namespace respguard::stats
