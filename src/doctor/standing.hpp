// What one error or mode of a server explains: one cause must not look like four.
#pragma once

#include "respguard/doctor/facts.hpp"

#include <string>
#include <string_view>

namespace respguard::doctor {

/// Errors that only a client hears who was let in: MISCONF, LOADING, MASTERDOWN, BUSY, NOPERM.
[[nodiscard]] bool is_after_login(std::string_view error);
/// Errors of the door itself, said before any command: protected mode, too many clients.
[[nodiscard]] bool is_turned_away(std::string_view error);
/// The server turned this client away at the door.
[[nodiscard]] bool was_turned_away(facts const& from);
/// The password is missing or wrong, so INFO says NOAUTH.
[[nodiscard]] bool lacks_password(facts const& from);
/// By INFO, else by HELLO.
[[nodiscard]] bool is_sentinel(facts const& from);
/// A Redis Cluster; not Dragonfly, which emulates one on a single node.
[[nodiscard]] bool is_cluster(facts const& from);
/// "mymaster" of "name=mymaster,status=ok"; empty: the list has no such key. Borrows from `list`.
[[nodiscard]] std::string_view part_of(std::string_view list, std::string_view key);
/// What to give EmailEngine instead of this Sentinel: "redis://10.0.0.5:6379, ...".
[[nodiscard]] std::string advice_at_sentinel(facts const& from);

}  // namespace respguard::doctor
