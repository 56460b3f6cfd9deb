// How a request is shown to people: never more than they may see.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/command/command_table.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::stats {

/// [privacy] show.
enum class privacy : std::uint8_t {
    none,  ///< The command's name; of everything else its size.
    keys,  ///< Keys as well.
    all,   ///< Everything but passwords.
};
inline constexpr std::string_view privacy_names[] = {"none", "keys", "all"};
[[nodiscard]] std::optional<privacy> privacy_named(std::string_view name) noexcept;

/// Redis's slow log: slowlog.h SLOWLOG_ENTRY_MAX_ARGC, SLOWLOG_ENTRY_MAX_STRING.
inline constexpr std::size_t shown_arguments_max = 32;
inline constexpr std::size_t shown_argument_bytes = 128;

/// The arguments of a request in words: as they are, "(17 bytes)" for what is not to be seen,
/// "(redacted)" for what may be a password, whatever `show` says. Cut as Redis's slow log does:
/// "... (12 more bytes)", "... (3 more arguments)". May hold any byte of a client.
///
/// @param request From its `*`; may be cut.
/// @param count How many arguments it has.
[[nodiscard]] std::vector<std::string> shown_arguments(command::command_id id, byte_view request,
                                                       std::uint32_t count, privacy show);

/// Replaces all but the command's name by "(hidden)": for what was shown when more was to be seen
/// than now. Which of them are keys, and sizes, are not known any more.
///
/// @param shown What shown_arguments() gave for `id` and `count`.
void hide_arguments(command::command_id id, std::vector<std::string>& shown, std::uint32_t count);

}  // namespace respguard::stats
