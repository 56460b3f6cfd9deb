// The error lines a client sees when the policy refuses its request.
//
// One line, ASCII, at most 200 bytes; made of fixed words, numbers and names of our own tables, not
// of bytes that a client sent. None holds a word that client libraries act on (EVASION section 4).
#pragma once

#include "respguard/command/command_table.hpp"
#include "respguard/policy/settings.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace respguard::policy {

/// "-ERR respguard: command 'flushall' denied by policy (rule=flush)\r\n". Without its name if the
/// table does not have the command; without "(rule=...)" if `rule_id` is empty.
[[nodiscard]] std::string denied_text(command::command_id command, std::string_view rule_id);

/// "-ERR respguard: command larger than the limit of 1048576 bytes\r\n"
[[nodiscard]] std::string too_large_text(std::uint64_t limit_bytes);

/// What a client sees when this rule refuses this command: too_large_text() if the rule looks at
/// the size, else denied_text().
[[nodiscard]] std::string refused_text(command::command_id command, rule_settings const& rule);

/// "-ERR respguard: NUL byte in a command name\r\n"
///
/// @param where "a command name", "a subcommand name", "CONFIG SET".
[[nodiscard]] std::string nul_text(std::string_view where);

/// "-ERR respguard: 'subscribe' is not supported inside MULTI\r\n"
[[nodiscard]] std::string multi_text(command::command_id command);

/// Upper-case words that must not stand in any of these texts: EmailEngine and ioredis reconnect,
/// resend or give up for good when they read one.
[[nodiscard]] std::span<std::string_view const> forbidden_tokens() noexcept;

/// True if `rule_id` holds one of them, in any letter case. The short ones (ASK, BUSY, MOVED) only
/// count as words of their own: "task-limit" is fine.
[[nodiscard]] bool has_forbidden_token(std::string_view rule_id);

}  // namespace respguard::policy
