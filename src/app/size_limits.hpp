// Which sizes are refused, command by command, for whoever warns before that.
#pragma once

#include "respguard/policy/rule_set.hpp"
#include "respguard/relay/settings.hpp"
#include "respguard/stats/near_limits.hpp"

namespace respguard::app {

/// Limits in force: rules that reject or close by size, and limits.argument. A rule that only
/// alerts is none, it tells by itself.
[[nodiscard]] stats::size_limits size_limits_of(policy::rule_set const& rules,
                                                relay::relay_settings const& settings);

}  // namespace respguard::app
