#include "respguard/stats/hot_keys.hpp"

#include "respguard/command/keys.hpp"

#include <algorithm>
#include <utility>

namespace respguard::stats {

namespace {

constexpr auto period_ns =
    static_cast<std::uint64_t>(std::chrono::nanoseconds(hot_keys::period).count());

class key_counter final : public command::key_visitor {
public:
    explicit key_counter(heavy_hitters& to) noexcept : to_(to) {}
    void on_key(command::named_key const& key) noexcept override
    {
        if (key.is_whole() && !key.is_pattern) to_.add(key.bytes);
    }

private:
    heavy_hitters& to_;
};

}  // namespace

void hot_key_counts::merge(hot_key_counts const& other)
{
    settings = other.settings;
    counted.merge(other.counted);
    period_ns = std::max(period_ns, other.period_ns);
}

hot_keys::hot_keys(command_watch& watch, hot_key_settings settings, std::uint64_t now_ns)
    : watch_(watch), settings_(settings), now_(settings.shown * counters_per_key),
      before_(settings.shown * counters_per_key), began_ns_(now_ns), before_began_ns_(now_ns)
{
    command_interest all;
    all.everything = true;
    watch_.add(*this, all);
}

void hot_keys::turn(std::uint64_t now_ns) noexcept
{
    if (now_ns < began_ns_ + period_ns) return;
    bool const is_silent = now_ns >= began_ns_ + 2 * period_ns;
    std::swap(now_, before_);
    now_.clear();
    if (is_silent) before_.clear();  // Nobody came for a whole period.
    before_began_ns_ = is_silent ? now_ns : began_ns_;
    began_ns_ = now_ns;
}

void hot_keys::on_finished(finished_command const& what) noexcept
{
    if (what.outcome > command_outcome::error) return;
    turn(what.at_ns);
    if (settings_.masked) {
        if (!what.family.empty()) now_.add(what.family);
    } else if (command::may_touch_keys(what.command)) {
        key_counter counter(now_);
        (void)command::visit_keys(what.command, what.request, counter);
    }
}

hot_key_counts hot_keys::counts(std::uint64_t now_ns)
{
    turn(now_ns);
    hot_key_counts made;
    made.settings = settings_;
    made.counted = now_.counts();
    made.counted.merge(before_.counts());
    made.period_ns = now_ns - std::min(before_began_ns_, now_ns);
    return made;
}

}  // namespace respguard::stats
