// RESPGUARD_* variables.
#pragma once

#include <map>
#include <string>

#include "config/draft.hpp"

namespace respguard::config {

/// Variables that are unknown are errors, but for those that Kubernetes and our scripts set.
void read_environment(std::map<std::string, std::string> const& variables, draft& into);

}  // namespace respguard::config
