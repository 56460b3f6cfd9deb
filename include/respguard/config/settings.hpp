// The whole configuration: one settings struct per module, filled by load().
#pragma once

#include "respguard/admin/event_settings.hpp"
#include "respguard/admin/settings.hpp"
#include "respguard/doctor/settings.hpp"
#include "respguard/net/endpoint.hpp"
#include "respguard/net/settings.hpp"
#include "respguard/policy/settings.hpp"
#include "respguard/relay/settings.hpp"
#include "respguard/stats/command_log.hpp"
#include "respguard/stats/hot_keys.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::config {

enum class log_format : std::uint8_t { text, json };

struct log_settings {
    std::string level = "info";  ///< debug, info, warn, error
    log_format format = log_format::text;
    std::string file;  ///< Empty: standard output. Reopened on USR1.
};

/// [slowlog], [privacy] and [keys], as they are written.
struct command_log_keys {
    std::string slower_than = "10ms";  ///< A duration; "0": all, "-1": none.
    std::string blocked_longer_than = "-1";
    std::uint64_t request_bytes = 1'048'576;
    std::uint64_t reply_bytes = 1'048'576;
    std::uint32_t kept = 128;
    std::string show = "keys";
    std::uint32_t hot_keys = 0;  ///< [keys] hot
};

struct settings {
    std::vector<std::string> listen{"127.0.0.1:6380"};
    std::string upstream = "redis://127.0.0.1:6379";  ///< May hold a password: never printed.
    std::string upstream_file;  ///< If not empty, `upstream` is this file's first line.
    /// Exit with 69 if upstream can not be reached at all within upstream.hold after the start.
    bool require_upstream = false;
    std::uint32_t threads = 1;
    /// Each thread looks for events so long, microseconds, before it sleeps; 0: sleeps at once.
    std::uint32_t busy_poll_us = 0;
    /// Each thread asks to run so long at a time, microseconds; 0: as the kernel has it.
    std::uint32_t slice_us = 100;
    std::string io = "auto";  ///< Or "epoll", "io_uring": how the threads hear of their sockets.
    net::socket_settings sockets;
    relay::relay_settings relay;
    admin::admin_settings admin;
    admin::event_settings events;
    policy::policy_settings policy;
    doctor::doctor_settings doctor;
    log_settings log;
    command_log_keys slowlog;
    std::string script_names_file;  ///< Read into relay.script_names.
    /// Ask upstream so often whether it answers (PING on a connection of our own); 0: never.
    std::chrono::milliseconds probe_interval{2'000};
};

/// None if it is neither a duration nor "-1".
[[nodiscard]] std::optional<std::chrono::milliseconds> slowlog_limit(std::string_view text);
/// Whether keys are shown to anybody: privacy.show is not "none".
[[nodiscard]] bool keys_shown(settings const& of) noexcept;
/// For settings without mistakes.
[[nodiscard]] stats::command_log_settings command_logs_of(settings const& from);
[[nodiscard]] stats::hot_key_settings hot_keys_of(settings const& from) noexcept;

}  // namespace respguard::config
