#include "respguard/stats/heavy_hitters.hpp"

#include "respguard/base/hash.hpp"

#include <algorithm>
#include <bit>
#include <unordered_map>
#include <utility>

namespace respguard::stats {

void hitter_counts::merge(hitter_counts const& other)
{
    std::unordered_map<std::uint64_t, heavy_hitter const*> theirs;
    for (auto const& row : other.rows)
        theirs.emplace(row.id, &row);
    for (auto& row : rows) {
        auto const found = theirs.find(row.id);
        bool const both = found != theirs.end();
        // What the other one does not show, it may have seen so often.
        row.uses += both ? found->second->uses : other.unseen_max;
        row.uses_error += both ? found->second->uses_error : other.unseen_max;
        if (both) theirs.erase(found);
    }
    for (auto const& row : other.rows) {
        if (theirs.count(row.id) == 0) continue;
        rows.push_back(row);
        rows.back().uses += unseen_max;
        rows.back().uses_error += unseen_max;
    }
    uses += other.uses;
    unseen_max += other.unseen_max;
    std::stable_sort(rows.begin(), rows.end(),
                     [](heavy_hitter const& a, heavy_hitter const& b) { return a.uses > b.uses; });
}

heavy_hitters::heavy_hitters(std::size_t counters)
    : counters_(counters), buckets_(std::bit_ceil(counters * 2), nowhere), heap_(counters),
      mask_(buckets_.size() - 1)
{
}

heavy_hitters::place heavy_hitters::find(std::uint64_t id) noexcept
{
    place at = bucket_of(id);
    while (at != nowhere && counters_[at].id != id)
        at = counters_[at].next;
    return at;
}

void heavy_hitters::unlink(place at) noexcept
{
    place* link = &bucket_of(counters_[at].id);
    while (*link != at)
        link = &counters_[*link].next;
    *link = counters_[at].next;
}

void heavy_hitters::name(place at, std::uint64_t id, byte_view text) noexcept
{
    counter& to = counters_[at];
    to.id = id;
    to.size = static_cast<std::uint8_t>(std::min(text.size(), text_bytes_max));
    std::copy_n(text.data(), to.size, to.bytes.data());
    to.next = std::exchange(bucket_of(id), at);
}

// Its count has grown: those below that are less now go up.
void heavy_hitters::sink(place at) noexcept
{
    std::size_t hole = counters_[at].heap_at;
    auto const uses_at = [&](std::size_t i) { return counters_[heap_[i]].uses; };
    for (std::size_t child = 2 * hole + 1; child < used_; child = 2 * hole + 1) {
        if (child + 1 < used_ && uses_at(child + 1) < uses_at(child)) ++child;
        if (uses_at(child) >= counters_[at].uses) break;
        heap_[hole] = heap_[child];
        counters_[heap_[hole]].heap_at = static_cast<place>(hole);
        hole = child;
    }
    heap_[hole] = at;
    counters_[at].heap_at = static_cast<place>(hole);
}

void heavy_hitters::add(byte_view text) noexcept
{
    ++total_;
    std::uint64_t const id = hash_of(text);
    place at = find(id);
    if (at == nowhere && used_ < counters_.size()) {
        // Counts are 1 and more: at the end of the heap, a 1 may have to rise.
        at = static_cast<place>(used_);
        name(at, id, text);
        counters_[at].uses = counters_[at].error = 0;
        std::size_t hole = used_++;
        for (; hole > 0; hole = (hole - 1) / 2) {
            place const parent = heap_[(hole - 1) / 2];
            if (counters_[parent].uses <= 1) break;
            heap_[hole] = parent;
            counters_[parent].heap_at = static_cast<place>(hole);
        }
        heap_[hole] = at;
        counters_[at].heap_at = static_cast<place>(hole);
    } else if (at == nowhere) {
        at = heap_.front();
        unlink(at);
        name(at, id, text);
        counters_[at].error = counters_[at].uses;
    }
    ++counters_[at].uses;
    sink(at);
}

void heavy_hitters::clear() noexcept
{
    std::fill(buckets_.begin(), buckets_.end(), nowhere);
    used_ = 0;
    total_ = 0;
}

hitter_counts heavy_hitters::counts() const
{
    hitter_counts made;
    made.uses = total_;
    if (used_ == counters_.size()) made.unseen_max = counters_[heap_.front()].uses;
    for (std::size_t i = 0; i < used_; ++i) {
        counter const& each = counters_[i];
        made.rows.push_back({each.id, {each.bytes.data(), each.size}, each.uses, each.error});
    }
    std::stable_sort(made.rows.begin(), made.rows.end(),
                     [](heavy_hitter const& a, heavy_hitter const& b) { return a.uses > b.uses; });
    return made;
}

}  // namespace respguard::stats
