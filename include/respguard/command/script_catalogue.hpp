// Names of Lua scripts: those of BullMQ, and what a script's text says about itself.
#pragma once

#include "respguard/base/bytes.hpp"

#include <string>
#include <string_view>

namespace respguard::command {

/// Digits of the SHA-1 that EVALSHA names a script by.
inline constexpr std::size_t sha1_digits = 40;
/// Longer names are cut.
inline constexpr std::size_t script_name_max = 40;

/// "moveToActive" of BullMQ's script with this SHA-1 (lower case); empty: not known. Made from the
/// npm package by scripts/gen_scripts.py.
[[nodiscard]] std::string_view builtin_script_name(std::string_view sha1) noexcept;

/// What a script's text calls it, best first: `Script: z-set.lua` in its first comment (as
/// EmailEngine's have it), `#!lua name=...`, a script of another version of BullMQ that begins with
/// the same words, the first words of its first comment, its first line without what stands in
/// strings there (that may be a value). Printable ASCII, at most
/// script_name_max bytes; empty for an empty text.
[[nodiscard]] std::string script_name_in(byte_view text);

/// One of BullMQ's.
[[nodiscard]] bool is_builtin_script_name(std::string_view name) noexcept;

/// script_name_in() is its first line of code: other scripts may begin with the same.
[[nodiscard]] bool is_named_by_code(byte_view text) noexcept;

/// For what is known by its digest only: "8eb09338".
[[nodiscard]] std::string short_script_name(std::string_view sha1);

}  // namespace respguard::command
