// The doctor inside the guard.
#pragma once

#include "respguard/policy/redis_requirements.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace respguard::doctor {

struct doctor_settings {
    /// Check upstream at the start and so often; 0: never.
    std::chrono::milliseconds interval{60'000};
    /// Checks that must be ok or warn before /readyz says so.
    std::vector<std::string> ready;
    /// "warn": failed checks and drift are logged, with what mends them. "off": only shown.
    /// The guard itself never changes the server's configuration.
    std::string automatic = "warn";
    /// EmailEngine's EENGINE_REDIS_PREFIX.
    std::string prefix;
    /// So many mailboxes there will be; 0: those that are found.
    std::uint32_t mailboxes = 0;
    /// The largest command the plan allows.
    std::uint64_t command_limit_bytes = policy::redis_requirements::command_limits.front();
};

}  // namespace respguard::doctor
