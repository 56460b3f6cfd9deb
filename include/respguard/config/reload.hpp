// What a running guard takes over from a configuration that was read again.
#pragma once

#include "respguard/config/settings.hpp"

#include <string>
#include <vector>

namespace respguard::config {

/// Names of keys whose values differ; never values.
struct changes {
    std::vector<std::string> taken;
    std::vector<std::string> need_restart;  ///< Left as they were.
};

/// Copies what may change while the guard runs (column "reload" of docs/CONFIGURATION.md) from
/// `fresh` to `running`. Rules that differ, own ones or those of presets, are named policy.rule.
[[nodiscard]] changes take_over(settings& running, settings fresh);

}  // namespace respguard::config
