// The rules of a preset, read from the TOML text that is part of the executable.
#pragma once

#include "respguard/policy/rule_set.hpp"

#include <string_view>

namespace respguard::policy::test {

/// Reads what config/presets/ may hold and nothing else; the product's parser is in module config.
///
/// @throws std::runtime_error for an unknown preset or key: the file is wrong.
[[nodiscard]] policy_settings preset_settings(std::string_view name);

/// Compiled once for all tests.
[[nodiscard]] rule_set const& emailengine();

}  // namespace respguard::policy::test
