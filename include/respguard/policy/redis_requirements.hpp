// What EmailEngine asks of its Redis, in numbers: one place for advice and enforcement.
//
// Source, unless a line says otherwise: EmailEngine's manual, page "Redis requirements"
// (https://emailengine.app/redis).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace respguard::policy::redis_requirements {

struct version {
    int major = 0;
    int minor = 0;
};

/// "Redis 6.0 or newer".
inline constexpr version version_min{6, 0};
/// Not the page's: EmailEngine 2.79.2 uses GETDEL (Redis 6.2), BullMQ warns below 6.2.
inline constexpr version version_advised{6, 2};

/// "below 5 ms, preferably below 1 ms".
inline constexpr std::chrono::microseconds rtt_max{5'000};
inline constexpr std::chrono::microseconds rtt_preferred{1'000};

/// Ours: a p99 above it is a stall, whatever caused it.
inline constexpr std::chrono::milliseconds stall_max{25};

inline constexpr std::uint64_t mib = 1024 * 1024;
/// "1-2 MiB of RAM per mailbox",
inline constexpr std::uint64_t mailbox_bytes_min = mib;
inline constexpr std::uint64_t mailbox_bytes_max = 2 * mib;
/// "at least 2x the calculated baseline".
inline constexpr std::uint64_t provision_factor = 2;
/// "normal utilisation remains below 80 %".
inline constexpr double utilisation_max = 0.80;
/// Ours: from here on the next burst fails.
inline constexpr double utilisation_critical = 0.95;

/// "save 900 1, save 300 10".
inline constexpr std::string_view save_rules = "900 1 300 10";
inline constexpr std::chrono::seconds save_interval{900};
/// Redis's own default, "3600 1": good enough to run, worth a word.
inline constexpr std::chrono::seconds save_interval_max{3'600};
/// "Enable AOF only when the storage can sustain at least 10 000 IOPS".
inline constexpr double aof_iops_min = 10'000;
/// "daily or more frequently"; two hours of grace for a cron job that takes its time.
inline constexpr std::chrono::hours backup_age_max{26};
/// Ours: older than this it is none any more.
inline constexpr std::chrono::hours backup_age_critical{7 * 24};

/// "the default 300 s keep-alive".
inline constexpr std::chrono::seconds tcp_keepalive{300};
/// Ours: below, a keep-alive is traffic without use.
inline constexpr std::chrono::seconds tcp_keepalive_min{30};
/// Azure's load balancer drops connections that are silent for 240 s; time for two probes.
inline constexpr std::chrono::seconds tcp_keepalive_azure_max{200};

/// "maxmemory-policy noeviction"; volatile-* if limits are unavoidable; never allkeys-*.
inline constexpr std::string_view eviction_policy = "noeviction";
inline constexpr std::string_view eviction_tolerated = "volatile-";

/// "1 MB command size limit" of Upstash; newer plans: 10 MB.
inline constexpr std::array<std::uint64_t, 2> command_limits{1 * mib, 10 * mib};

/// Not the page's: EmailEngine's own default database (its config and install.sh).
inline constexpr std::uint32_t default_db = 8;

}  // namespace respguard::policy::redis_requirements
