#include "respguard/stats/dimension.hpp"

#include <algorithm>
#include <bit>

namespace respguard::stats {

namespace {

/// Slots for each name: several keys may lead to one (versions of a script), and a table that is
/// nearly empty is fast.
constexpr std::size_t slots_per_name = 8;

}  // namespace

void usage::merge(usage const& other)
{
    calls += other.calls;
    errors += other.errors;
    cancelled += other.cancelled;
    rejected += other.rejected;
    request_bytes += other.request_bytes;
    request_bytes_max = std::max(request_bytes_max, other.request_bytes_max);
    reply_bytes += other.reply_bytes;
    reply_bytes_max = std::max(reply_bytes_max, other.reply_bytes_max);
    timed += other.timed;
    round_trip_ns += other.round_trip_ns;
    round_trip_ns_max = std::max(round_trip_ns_max, other.round_trip_ns_max);
    blocked += other.blocked;
    blocked_ns += other.blocked_ns;
    round_trips.merge(other.round_trips);
    blocks.merge(other.blocks);
    workers.merge(other.workers);
}

dimension::dimension(std::size_t names_max, histograms wanted, std::size_t kept_free)
    : names_max_(names_max), kept_free_(kept_free), wanted_(wanted),
      mask_(std::bit_ceil(names_max * slots_per_name) - 1), slots_(mask_ + 1)
{
    rows_.resize(label_of_overflow + 1);
    rows_[label_of_overflow].name = overflow_label;
}

label dimension::add(std::uint64_t key, std::string_view name, std::string_view detail, bool known)
{
    label const found = label_named(name, detail, known);
    // Of keys that overflow only the first are remembered: they could be any number.
    if (found != label_of_overflow || overflow_keys_ < mask_ / 4) remember(key, found);
    return found;
}

label dimension::label_named(std::string_view name, std::string_view detail, bool known)
{
    auto const at = std::find_if(rows_.begin() + label_of_overflow, rows_.end(),
                                 [&](usage const& row) { return row.name == name; });
    if (at != rows_.end()) return static_cast<label>(at - rows_.begin());
    std::size_t const places = known ? names_max_ : names_max_ - kept_free_;
    if (rows_.size() - label_of_overflow - 1 >= places) return label_of_overflow;
    rows_.emplace_back();
    rows_.back().name = name;
    rows_.back().detail = detail;
    return static_cast<label>(rows_.size() - 1);
}

void dimension::remember(std::uint64_t key, label to)
{
    if (key == 0 || used_ > mask_ / 2) return;  // Found by its name each time.
    std::size_t i = key & mask_;
    while (slots_[i].to != no_label && slots_[i].key != key)
        i = (i + 1) & mask_;
    if (slots_[i].to == no_label) {
        ++used_;
        overflow_keys_ += to == label_of_overflow ? 1 : 0;
    }
    slots_[i] = {key, to};
}

void dimension::count_reply(label which, std::uint64_t bytes, bool error,
                            std::uint64_t round_trip_ns, bool blocking) noexcept
{
    usage& row = rows_[which];
    row.add_reply(bytes, error);
    if (round_trip_ns == 0) return;
    if (blocking) {
        ++row.blocked;
        row.blocked_ns += round_trip_ns;
        if (wanted_ == histograms::yes) row.blocks.add(round_trip_ns);
        return;
    }
    ++row.timed;
    row.round_trip_ns += round_trip_ns;
    if (round_trip_ns > row.round_trip_ns_max) row.round_trip_ns_max = round_trip_ns;
    if (wanted_ == histograms::yes) row.round_trips.add(round_trip_ns);
}

void dimension::merge(dimension const& other)
{
    for (usage const& row : other.rows())
        rows_[label_named(row.name, row.detail, true)].merge(row);
    overflowed_ += other.overflowed_;
}

}  // namespace respguard::stats
