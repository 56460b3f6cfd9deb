// What is wrong, and where, while a configuration is read.
#pragma once

#include <string>
#include <vector>

#include "config/value.hpp"

namespace respguard::config {

/// Becomes a config_error; until then the place is kept in parts, to sort by it.
struct mistake {
    place at;
    std::string key;   ///< Empty for syntax errors.
    std::string text;  ///< Holds no secret.
};

using mistakes = std::vector<mistake>;

}  // namespace respguard::config
