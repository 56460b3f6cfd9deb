#include "respguard/stats/reconnects.hpp"

#include <algorithm>
#include <utility>

namespace respguard::stats {

reconnects::place& reconnects::place_of(std::string_view host)
{
    auto const found = std::find_if(places_.begin(), places_.end(),
                                    [&](place const& each) { return each.host == host; });
    if (found != places_.end()) return *found;
    auto const oldest =
        std::min_element(places_.begin(), places_.end(),
                         [](place const& a, place const& b) { return a.last_ns < b.last_ns; });
    *oldest = {};
    oldest->host = host;
    return *oldest;
}

void reconnects::on_closed(ended_connection const& what, std::uint64_t now_ns)
{
    if (what.age_ns > short_ns) return;
    place& at = place_of(what.host);
    if (at.connections == 0 || now_ns - at.since_ns > window_ns) {
        at.connections = at.with_errors = at.broken = 0;
        at.since_ns = now_ns;
    }
    at.last_ns = now_ns;
    ++at.connections;
    if (what.errors > 0) {
        ++at.with_errors;
    } else if (what.broken) {
        ++at.broken;
    }
    if (at.with_errors + at.broken < bad_min && at.connections < any_min) return;
    if (at.told_ns != 0 && now_ns - at.told_ns < again_ns) return;
    at.told_ns = now_ns;
    ++total_;
    event made;
    made.type = event_type::reconnects;
    made.client = what.client;
    made.name = what.name;
    made.reason = std::to_string(at.connections) + " connections from " + at.host +
                  " ended within " + std::to_string((now_ns - at.since_ns) / 1'000'000U) +
                  " ms, none older than 10 s: " + std::to_string(at.with_errors) +
                  " behind an error reply (ioredis reconnects on each), " +
                  std::to_string(at.broken) + " broken off; the last by ";
    made.reason.append(what.by).append(" (").append(what.reason).append(")");
    tell_(std::move(made));
}

}  // namespace respguard::stats
