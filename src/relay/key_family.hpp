// What kind of key is it, without saying whose: "iam:*:h:*" for "iam:john@example.com:h:5f3a...".
//
// Account names, message ids and hashes are personal data and unbounded. Kept is only what is known
// to be no id: words of EmailEngine's and BullMQ's own key scheme (EMAILENGINE.md section 4), and
// the first part of a key of anybody else, if it looks like a word.
#pragma once

#include "respguard/base/bytes.hpp"

#include <cstdint>
#include <string>

namespace respguard::relay {

/// Equal for keys of one family. No allocation.
[[nodiscard]] std::uint64_t family_hash(byte_view key) noexcept;
/// How the family is shown; at most 128 bytes of printable ASCII.
[[nodiscard]] std::string family_name(byte_view key);

/// A part of BullMQ's key scheme behind the queue's name: "wait", "marker", ...
[[nodiscard]] bool is_queue_part(byte_view part) noexcept;

}  // namespace respguard::relay
