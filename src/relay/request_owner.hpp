// Which script and which BullMQ queue a request belongs to.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/command/command_table.hpp"

namespace respguard::relay {

/// Borrowed from the request, or literals.
struct request_owner {
    byte_view script;  ///< Sha of EVALSHA, name of FCALL, "EVAL" for a script sent whole; or empty.
    byte_view queue;   ///< "notify" of a first key "<prefix>bull:notify:wait"; or empty.
};

/// @param canonical The request from its `*`; may be cut.
[[nodiscard]] request_owner owner_of(command::command_id id, byte_view canonical) noexcept;

/// "notify" of "bull:notify:wait", "ee:bull:notify:1" or "{ee}:bull:notify:"; empty for other keys.
[[nodiscard]] byte_view queue_of(byte_view key) noexcept;

}  // namespace respguard::relay
