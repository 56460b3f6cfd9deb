#include "relay/storm_detector.hpp"

#include <algorithm>

namespace respguard::relay {

storm_detector::place& storm_detector::place_of(std::string_view address, std::uint16_t rule)
{
    auto const found = std::find_if(places_.begin(), places_.end(), [&](place const& p) {
        return p.rule == rule && p.address == address;
    });
    if (found != places_.end()) return *found;
    auto const oldest =
        std::min_element(places_.begin(), places_.end(),
                         [](place const& a, place const& b) { return a.last_ns < b.last_ns; });
    *oldest = {};
    oldest->address = address;
    oldest->rule = rule;
    return *oldest;
}

std::optional<storm> storm_detector::on_refused_end(std::string_view address, std::uint16_t rule,
                                                    std::uint64_t now_ns)
{
    place& at = place_of(address, rule);
    if (at.connections == 0 || now_ns - at.since_ns > window_ns) {
        at.connections = 0;
        at.since_ns = now_ns;
    }
    if (at.told_ns != 0 && now_ns - at.last_ns > over_ns) at.told_ns = 0;
    at.last_ns = now_ns;
    ++at.connections;
    if (at.connections < connections_min) return {};
    if (at.told_ns != 0 && now_ns - at.told_ns < told_again_ns) return {};
    at.told_ns = now_ns;
    return storm{rule, at.connections, now_ns - at.since_ns};
}

policy::rule_list storm_detector::rules_of_storm(std::string_view address,
                                                 std::uint64_t now_ns) const noexcept
{
    policy::rule_list rules;
    for (place const& p : places_) {
        bool const is_on = p.told_ns != 0 && now_ns - p.last_ns <= over_ns;
        if (is_on && p.address == address) rules.add(p.rule);
    }
    return rules;
}

void storm_detector::renumber_rules(policy::rule_places const& places)
{
    for (place& each : places_) {
        if (each.rule == policy::no_rule) continue;
        each.rule = places.of(each.rule);
        if (each.rule == policy::no_rule) each = {};
    }
}

}  // namespace respguard::relay
