// TOML text to values; the only file that knows which library reads it.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "config/mistake.hpp"
#include "config/value.hpp"

namespace respguard::config {

/// The whole document as a table, or the first error of its syntax (the library stops there).
///
/// @param source The file's name as it shall appear in messages.
[[nodiscard]] std::variant<value, mistake> parse_toml(std::string_view text,
                                                      std::string const& source);

/// One value on its own (`["a", "b"]`, `"x"`), as --set has it.
[[nodiscard]] std::variant<value, mistake> parse_toml_value(std::string_view text, place at);

/// `text` as a TOML string, in quotes.
[[nodiscard]] std::string toml_quoted(std::string_view text);

}  // namespace respguard::config
