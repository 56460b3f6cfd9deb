// From preset names and rules to the list of rules in force.
#pragma once

#include "config/draft.hpp"

namespace respguard::config {

/// Appends the rules of the presets to the operator's own, lets a preset switch enforcement off,
/// and has all of them compiled once to report what can not work. Call after all sources were read.
void complete_policy(draft& into);

}  // namespace respguard::config
