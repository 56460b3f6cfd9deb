// The whole configuration: one settings struct per module, filled by load().
#pragma once

#include "respguard/admin/event_settings.hpp"
#include "respguard/admin/settings.hpp"
#include "respguard/doctor/settings.hpp"
#include "respguard/net/endpoint.hpp"
#include "respguard/net/settings.hpp"
#include "respguard/policy/settings.hpp"
#include "respguard/relay/settings.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace respguard::config {

enum class log_format : std::uint8_t { text, json };

struct log_settings {
    std::string level = "info";  ///< debug, info, warn, error
    log_format format = log_format::text;
    std::string file;  ///< Empty: standard output. Reopened on USR1.
};

struct settings {
    std::vector<std::string> listen{"127.0.0.1:6380"};
    std::string upstream = "redis://127.0.0.1:6379";  ///< May hold a password: never printed.
    std::string upstream_file;  ///< If not empty, `upstream` is this file's first line.
    /// Exit with 69 if upstream can not be reached at all within upstream.hold after the start.
    bool require_upstream = false;
    std::uint32_t threads = 1;
    net::socket_settings sockets;
    relay::relay_settings relay;
    admin::admin_settings admin;
    admin::event_settings events;
    policy::policy_settings policy;
    doctor::doctor_settings doctor;
    log_settings log;
    /// Ask upstream so often whether it answers (PING on a connection of our own); 0: never.
    std::chrono::milliseconds probe_interval{2'000};
};

}  // namespace respguard::config
