// Flags of `run`: --set key=value and those with a name of their own.
#pragma once

#include "respguard/config/load.hpp"

#include "config/draft.hpp"

namespace respguard::config {

/// --set first, then the flags that have a name of their own.
void read_flags(sources const& from, draft& into);

}  // namespace respguard::config
