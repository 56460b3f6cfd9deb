// Rules that the benchmarks judge by.
#pragma once

#include "respguard/config/load.hpp"
#include "respguard/policy/rule_set.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace respguard::bench {

/// Rules about commands, subcommands, parameters, keys, users and sizes, none of which concerns
/// GET.
inline policy::rule_set rules_about_others(std::int64_t count)
{
    policy::policy_settings settings;
    for (std::int64_t i = 0; i < count; ++i) {
        policy::rule_settings rule;
        rule.id = "rule-" + std::to_string(i);
        rule.what = policy::action::reject;
        switch (i % 6) {
        case 0: rule.match.commands = {"flushall", "cluster|*"}; break;
        case 1: rule.match.commands = {"ft." + std::to_string(i)}; break;
        case 2:
            rule.match.commands = {"config|set"};
            rule.match.params = {"parameter-" + std::to_string(i)};
            break;
        case 3:
            rule.match.commands = {"del", "mset"};
            rule.match.keys_outside = {"ee:*", "bull:*"};
            break;
        case 4:
            rule.match.commands = {"@pubsub", "@geo"};
            rule.match.users = {"user-" + std::to_string(i)};
            rule.match.clients = {"10.0.0.0/8"};
            break;
        default: rule.match.request_bytes_over = 1'000'000 + static_cast<std::uint64_t>(i);
        }
        settings.rules.push_back(std::move(rule));
    }
    return policy::rule_set::compile(settings).value();
}

/// One rule that keeps a client to its keys.
inline policy::rule_set isolated()
{
    policy::policy_settings settings;
    policy::rule_settings rule;
    rule.id = "isolated";
    rule.what = policy::action::reject;
    rule.match.keys_outside = {"ee:*", "bull:*"};
    settings.rules.push_back(std::move(rule));
    return policy::rule_set::compile(settings).value();
}

/// The preset as the product reads it: no file, no flags.
inline policy::rule_set emailengine()
{
    return policy::rule_set::compile(config::load({}).values.policy).value();
}

}  // namespace respguard::bench
