// Asks one server everything the checks want to know. Read-only: 40 to 90 short questions, and
// PINGs.
#pragma once

#include "respguard/doctor/connection.hpp"
#include "respguard/doctor/facts.hpp"
#include "respguard/doctor/target.hpp"
#include "respguard/policy/redis_requirements.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace respguard::doctor {

struct probe_options {
    /// For each question, and for connecting. A healthy server answers within milliseconds.
    std::chrono::milliseconds timeout{2'000};
    /// For all questions together: a server that needs a second for each is no use anyway.
    std::chrono::milliseconds total{20'000};
    int connects = 5;
    int pings = 100;
    std::chrono::milliseconds ping_pause{10};    ///< As redis-cli --latency has it.
    std::chrono::milliseconds ping_time{3'000};  ///< Fewer PINGs if they take longer, but five.
    std::string prefix;                          ///< EENGINE_REDIS_PREFIX with its colon, or empty.
    std::optional<std::uint64_t> mailboxes;
    /// What the plan allows.
    std::uint64_t command_limit_bytes = policy::redis_requirements::command_limits.front();
    bool try_limit = false;  ///< Send one command beyond it, and see.
    bool strict = false;
    std::string backup_glob;  ///< Empty: not looked for.
    std::string disk_folder;  ///< Empty: not measured.
};

/// Read-only: never writes, never CONFIG SET, MONITOR, KEYS, DEBUG, BGSAVE. After two questions
/// without answer, or when the time for all is over, the rest is not asked.
[[nodiscard]] facts probe(target const& at, probe_options const& options, cancellation const& stop);

}  // namespace respguard::doctor
