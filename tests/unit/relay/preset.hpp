// The rules that are in force without a configuration file.
#pragma once

#include "respguard/config/load.hpp"
#include "respguard/policy/rule_set.hpp"

#include <cstdint>
#include <optional>

namespace respguard::test {

/// Preset emailengine; with a rule in front of it that refuses larger requests, if a size is given.
[[nodiscard]] inline policy::rule_set default_rules(std::optional<std::uint64_t> over_bytes = {})
{
    policy::policy_settings settings = config::load({}).values.policy;
    if (over_bytes) {
        policy::rule_settings size;
        size.id = "size";
        size.match.request_bytes_over = over_bytes;
        size.what = policy::action::reject;
        settings.rules.insert(settings.rules.begin(), size);
    }
    return policy::rule_set::compile(settings).value();
}

}  // namespace respguard::test
