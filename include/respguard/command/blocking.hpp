// Will this request block on the server?
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/command/command_table.hpp"

#include <chrono>
#include <optional>

namespace respguard::command {

/// True if a request of this command may wait on the server for something to happen. For XREAD and
/// XREADGROUP the BLOCK option is looked for before STREAMS.
///
/// @param canonical_request The request from its `*`. If it ends early, what is there is looked at.
[[nodiscard]] bool blocks(command_id id, byte_view canonical_request) noexcept;

/// How long a request that blocks wants to wait at the most; 0: for ever. None if it can not be
/// found in what is there.
[[nodiscard]] std::optional<std::chrono::nanoseconds>
block_timeout(command_id id, byte_view canonical_request) noexcept;

}  // namespace respguard::command
