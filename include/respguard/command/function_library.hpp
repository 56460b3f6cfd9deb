// What the text of FUNCTION LOAD says: the library's name and those of its functions.
#pragma once

#include "respguard/base/bytes.hpp"

#include <cstddef>
#include <vector>

namespace respguard::command {

/// More functions of one library are not looked for.
inline constexpr std::size_t functions_max = 64;

/// "mylib" of "#!lua name=mylib\n..."; empty if the text does not begin like that. Borrowed.
[[nodiscard]] byte_view library_name_in(byte_view text) noexcept;

/// Names that stand literally in `register_function('name', ...)` or
/// `register_function{function_name = 'name', ...}`; those that a script computes are not found.
/// Borrowed from the text, which may be cut.
[[nodiscard]] std::vector<byte_view> functions_in(byte_view text);

}  // namespace respguard::command
