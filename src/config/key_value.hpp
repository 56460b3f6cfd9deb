// Values of keys: from what was written, and back to TOML.
#pragma once

#include "respguard/base/result.hpp"

#include <optional>
#include <string>

#include "config/key_table.hpp"
#include "config/value.hpp"

namespace respguard::config {

/// Checks type, bounds and choices, and puts the value where the key says.
///
/// @return What is wrong; then `into` is unchanged. Holds no text of a secret.
[[nodiscard]] std::optional<problem> assign(key const& k, value const& written, settings& into);

/// The value as TOML, secrets masked. (`from` is only read; fields have no const form.)
[[nodiscard]] std::string show(key const& k, settings& from);

/// "duration", "size", "number", "true or false", "string", "list of strings".
[[nodiscard]] std::string type_name(key const& k);

/// "1ms to 5m"; empty if there are no bounds worth telling.
[[nodiscard]] std::string show_bounds(key const& k);

/// A value in TOML that would be right.
[[nodiscard]] std::string example_of(key const& k);

}  // namespace respguard::config
