// What no key can know alone.
#pragma once

#include "config/draft.hpp"

namespace respguard::config {

/// Addresses that can not be read or get in each other's way, and pairs of values that contradict.
/// Call after all sources were read; mistakes go to the draft's errors.
void check_consistency(draft& into);

}  // namespace respguard::config
