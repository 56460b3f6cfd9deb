#include "respguard/policy/rule_places.hpp"

#include <map>
#include <string_view>

namespace respguard::policy {

rule_places::rule_places(rule_set const& before, rule_set const& after)
    : rules_after_(after.rules().size())
{
    std::map<std::string_view, std::uint16_t> index_by_id;
    for (std::size_t i = 0; i < after.rules().size(); ++i)
        index_by_id.emplace(after.rules()[i].id, static_cast<std::uint16_t>(i));
    places_.reserve(before.rules().size());
    for (rule_settings const& old : before.rules()) {
        place& added = places_.emplace_back();
        auto const found = index_by_id.find(old.id);
        if (found == index_by_id.end()) continue;
        rule_settings const& fresh = after.rules()[found->second];
        added.index = found->second;
        added.same_size_limit = fresh.match.request_bytes_over == old.match.request_bytes_over;
        added.same_rate = fresh.limit == old.limit;
    }
}

std::uint16_t rule_places::of(std::uint16_t rule) const noexcept
{
    return rule < places_.size() ? places_[rule].index : no_rule;
}

bool rule_places::keeps_size_limit(std::uint16_t rule) const noexcept
{
    return rule < places_.size() && places_[rule].same_size_limit;
}

bool rule_places::keeps_rate(std::uint16_t rule) const noexcept
{
    return rule < places_.size() && places_[rule].same_rate;
}

}  // namespace respguard::policy
