// The rule sets that come with the guard.
#pragma once

#include "respguard/policy/builtin_presets.hpp"
#include "respguard/policy/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "config/mistake.hpp"

namespace respguard::config {

struct preset {
    std::string name;
    std::string description;
    bool enforce =
        true;  ///< False: with this preset nothing is rejected, whatever other rules say.
    std::vector<policy::rule_settings> rules;
};

/// A preset of ours has no mistakes (a test reads them all), but it is checked like any file.
[[nodiscard]] preset read_preset(policy::builtin_file const& file, mistakes& errors);

[[nodiscard]] std::vector<std::string_view> preset_names();
/// Null if there is none of this name.
[[nodiscard]] policy::builtin_file const* find_preset(std::string_view name);

}  // namespace respguard::config
