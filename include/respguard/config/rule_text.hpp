// Rules written back as TOML and in one line.
#pragma once

#include "respguard/policy/settings.hpp"

#include <string>

namespace respguard::config {

/// "{ command = "config|set", param = "save" }"
[[nodiscard]] std::string match_text(policy::match_settings const& match);

/// The rule as `[[policy.rule]]`, with its source in a comment.
[[nodiscard]] std::string rule_toml(policy::rule_settings const& rule);

}  // namespace respguard::config
