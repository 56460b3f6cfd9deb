#include "respguard/stats/tap.hpp"

#include <algorithm>
#include <utility>

namespace respguard::stats {

tap::tap(tap_filter filter, bool shows_keys, std::size_t shards)
    : filter_(std::move(filter)), shows_keys_(shows_keys)
{
    for (std::size_t i = 0; i < shards; ++i)
        rings_.push_back(std::make_unique<tap_ring>(ring_size_log2));
}

std::vector<tap_record> tap::take()
{
    std::vector<tap_record> all;
    for (auto const& each : rings_)
        each->take_all(all);
    std::stable_sort(all.begin(), all.end(),
                     [](tap_record const& a, tap_record const& b) { return a.at_ns < b.at_ns; });
    return all;
}

std::uint64_t tap::dropped() const noexcept
{
    std::uint64_t sum = 0;
    for (auto const& each : rings_)
        sum += each->dropped();
    return sum;
}

shard_tap::shard_tap(std::shared_ptr<tap> for_whom, std::size_t shard,
                     std::function<std::string_view(std::uint16_t)> rule_name)
    : tap_(std::move(for_whom)), ring_(tap_->ring(shard)), rule_name_(std::move(rule_name))
{
}

void shard_tap::on_finished(finished_command const& what) noexcept
{
    tap_filter const& filter = tap_->filter();
    if (!filter.takes(what) || --until_next_ > 0) return;
    until_next_ = filter.every;
    tap_record* const to = ring_.begin();
    if (to == nullptr) return;
    to->assign(what, tap_->shows_keys());
    if (what.rule != no_matched_rule) to->rule.assign(rule_name_(what.rule));
    ring_.commit();
}

command_interest shard_tap::interest() const noexcept
{
    tap_filter const& filter = tap_->filter();
    command_interest wanted;
    if (filter.errors) {
        wanted.errors = wanted.unanswered = true;
    } else if (filter.round_trip_ns > 0) {
        wanted.round_trip_ns = filter.round_trip_ns;
    } else if (filter.bytes > 0) {
        wanted.request_bytes = wanted.reply_bytes = filter.bytes;
        wanted.unanswered = true;
    } else {
        wanted.everything = true;
    }
    return wanted;
}

}  // namespace respguard::stats
