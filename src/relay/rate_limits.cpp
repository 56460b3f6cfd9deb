#include "relay/rate_limits.hpp"

#include <algorithm>
#include <utility>

namespace respguard::relay {

namespace {

/// No user and no listener is called so.
constexpr std::string_view everybody_else = "\n";

policy::rate_bucket& own_bucket(rate_limits::of_client& own, std::uint16_t rule)
{
    auto const found =
        std::find_if(own.begin(), own.end(), [&](auto const& b) { return b.first == rule; });
    if (found != own.end()) return found->second;
    return own.emplace_back(rule, policy::rate_bucket{}).second;
}

}  // namespace

policy::rate_bucket& rate_limits::shared_bucket(std::uint16_t rule, std::string_view name)
{
    std::pair<std::uint16_t, std::string> key(rule, name);
    if (auto const found = shared_.find(key); found != shared_.end()) return found->second;
    if (shared_.size() >= users_max) key.second = everybody_else;
    return shared_[std::move(key)];
}

bool rate_limits::take(std::uint16_t rule, policy::rate_limit const& limit, of_client& own,
                       policy::sender const& from, std::uint64_t now_ns)
{
    switch (limit.share) {
    case policy::rate_share::client: return own_bucket(own, rule).take(limit, now_ns);
    case policy::rate_share::user:
        return shared_bucket(rule, from.user.text.empty() ? "default" : from.user.text)
            .take(limit, now_ns);
    case policy::rate_share::listener:
        return shared_bucket(rule, from.listener).take(limit, now_ns);
    }
    return true;
}

void rate_limits::renumber_rules(policy::rule_places const& places)
{
    auto const old = std::exchange(shared_, {});
    for (auto const& [key, bucket] : old) {
        if (!places.keeps_rate(key.first)) continue;
        shared_.emplace(std::pair(places.of(key.first), key.second), bucket);
    }
}

void rate_limits::renumber_rules(of_client& own, policy::rule_places const& places)
{
    std::erase_if(own, [&](auto const& each) { return !places.keeps_rate(each.first); });
    for (auto& each : own)
        each.first = places.of(each.first);
}

}  // namespace respguard::relay
