// What is legal in a rule but probably not meant.
#pragma once

#include "respguard/policy/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace respguard::policy {

/// One line for each doubt about this rule, which compiles.
[[nodiscard]] std::vector<std::string> warnings_of(rule_settings const& rule);

/// The command of the table whose name differs least from `name`, empty if none is near.
[[nodiscard]] std::string_view nearest_command(std::string_view name);

}  // namespace respguard::policy
