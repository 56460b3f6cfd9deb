// What this machine says about the server, if the server runs on it; and about backups.
#pragma once

#include "respguard/doctor/facts.hpp"

#include <optional>
#include <string>

namespace respguard::doctor {

/// Nothing if the process that INFO names is not on this machine.
[[nodiscard]] std::optional<host_facts> probe_host(facts const& from);

/// The newest file that matches.
[[nodiscard]] backup_facts find_backup(std::string const& glob_pattern);

}  // namespace respguard::doctor
