#include "app/event_desk.hpp"

#include "respguard/base/log.hpp"
#include "respguard/net/event_loop.hpp"

#include <boost/asio/post.hpp>

#include <string_view>
#include <utility>

#include "app/event_words.hpp"

namespace respguard::app {

event_desk::event_desk(boost::asio::io_context& io, admin::event_settings const& settings)
    : io_(io), hub_(settings.kept, std::to_string(net::wall_clock_ns() / 1'000'000)),
      webhook_(io, hub_, settings.webhook)
{
}

void event_desk::record(stats::event what)
{
    log::write(level_of_event(what), in_words(what.type),
               {{"event", to_string(what.type)}, {"reason", std::string_view(what.reason)}});
    keep(std::move(what));
}

void event_desk::record(stats::event_type type, std::string reason)
{
    stats::event what;
    what.type = type;
    what.reason = std::move(reason);
    record(std::move(what));
}

void event_desk::hand_over(stats::event what)
{
    bool first = false;
    {
        std::lock_guard const lock(mutex_);
        if (handed_over_.size() == handover_max) {
            ++handover_dropped_;
            return;
        }
        first = handed_over_.empty();
        handed_over_.push_back(std::move(what));
    }
    if (first) boost::asio::post(io_, [this] { take_handed_over(); });
}

void event_desk::take_handed_over()
{
    std::vector<stats::event> taken;
    {
        std::lock_guard const lock(mutex_);
        taken.swap(handed_over_);
    }
    for (stats::event& each : taken)
        keep(std::move(each));
}

void event_desk::keep(stats::event what)
{
    if (what.unix_ns == 0) what.unix_ns = net::wall_clock_ns();
    ++counts_.by_type[static_cast<std::size_t>(what.type)];
    counts_.left_out += what.left_out;
    hub_.add(std::move(what));
}

stats::event_counts event_desk::counts() const
{
    stats::event_counts counts = counts_;
    counts.streams_now = hub_.streams_now;
    counts.stream_dropped = hub_.stream_dropped;
    webhook_.count(counts);
    std::lock_guard const lock(mutex_);
    counts.handover_dropped = handover_dropped_;
    return counts;
}

std::vector<stats::event> event_desk::newest() const
{
    constexpr std::size_t shown_max = 12;
    return hub_.ring().newest_of({}, shown_max);
}

}  // namespace respguard::app
