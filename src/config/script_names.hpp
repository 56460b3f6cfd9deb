// The file that scripts.names names.
#pragma once

#include "config/draft.hpp"

namespace respguard::config {

/// Reads it into relay.script_names; what is wrong in it is noted with its line.
void read_script_names(draft& into);

}  // namespace respguard::config
