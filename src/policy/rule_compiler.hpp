// Turns one rule as it was written into one that can be judged, or says why it can not work.
#pragma once

#include "respguard/base/result.hpp"
#include "respguard/policy/settings.hpp"

#include "policy/program.hpp"

namespace respguard::policy {

/// @return problem with a text that starts with "rule '<id>'" and, if known, where it was written.
[[nodiscard]] parsed<compiled_rule> compile_rule(rule_settings const& rule);

/// "rule 'flush' (file.toml:12)": how every text about a rule begins.
[[nodiscard]] std::string name_of(rule_settings const& rule);

}  // namespace respguard::policy
