// The configuration in words: for files that are generated and for `check --print`.
#pragma once

#include "respguard/config/load.hpp"

#include <string>

namespace respguard::config {

/// config/respguard.toml: every key with its default, unit and reason. Can be loaded as it is.
[[nodiscard]] std::string sample_file();

/// The tables of docs/CONFIGURATION.md, in Markdown.
[[nodiscard]] std::string key_reference();

/// The same keys in man(7), for respguard(1).
[[nodiscard]] std::string key_manual();

/// What is in force, as TOML that can be loaded again (but for masked secrets); behind each value,
/// in a comment, where it came from. `from.errors` must be empty.
[[nodiscard]] std::string effective_file(loaded const& from);

}  // namespace respguard::config
