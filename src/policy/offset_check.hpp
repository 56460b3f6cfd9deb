// How far behind the end of a string does a request write?
//
// `SETRANGE k 536870911 x` is 43 bytes, and the server allocates all that lies in front (EVASION
// E42).
#pragma once

#include "respguard/policy/rule_set.hpp"

#include <cstdint>

namespace respguard::policy {

/// SETRANGE, SETBIT and BITFIELD.
[[nodiscard]] bool writes_at_offset(command::command_id id) noexcept;

/// Whether a request of such a command writes at an offset of more than `limit_bytes` bytes.
///
/// Offsets are read more laxly than Redis does (blanks and `+` in front, too large a number), as
/// other engines may: what the server refuses anyway may be `yes`.
///
/// @return `maybe` only if bytes are missing.
[[nodiscard]] tri writes_beyond(request_facts const& facts, std::uint64_t limit_bytes) noexcept;

}  // namespace respguard::policy
