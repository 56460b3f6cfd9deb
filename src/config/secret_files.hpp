// Keys that name a file with a secret.
#pragma once

#include "config/draft.hpp"

namespace respguard::config {

/// Replaces upstream.url and the admin token by the first line of their files, if files were given
/// with a higher rank. Call after all sources were read.
void read_secret_files(draft& into);

}  // namespace respguard::config
