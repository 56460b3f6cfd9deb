// Rules as they are written, in the file and in presets.
#pragma once

#include "respguard/policy/settings.hpp"

#include <string>
#include <vector>

#include "config/mistake.hpp"
#include "config/value.hpp"

namespace respguard::config {

struct rules_origin {
    std::string key;     ///< How the list is called in messages: "policy.rule", "rule".
    std::string source;  ///< rule_settings::source; empty: the place of each rule.
};

/// Reads a list of rules; what is wrong goes to `errors`, and only rules without mistakes are
/// given. Whether commands, globs and ids make sense is policy::rule_set's affair.
[[nodiscard]] std::vector<policy::rule_settings>
read_rules(value const& list, rules_origin const& from, mistakes& errors);

}  // namespace respguard::config
