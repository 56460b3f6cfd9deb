// What a shard works with and a reload replaces.
#pragma once

#include "respguard/net/settings.hpp"
#include "respguard/policy/rule_set.hpp"
#include "respguard/relay/settings.hpp"
#include "respguard/stats/command_log.hpp"
#include "respguard/stats/hot_keys.hpp"

namespace respguard::app {

/// Each shard has its own, which it reads and replaces on its own thread.
struct live_settings {
    net::socket_settings sockets;
    relay::relay_settings relay;
    stats::command_log_settings logs;
    stats::hot_key_settings hot_keys;
    policy::rule_set rules;
};

}  // namespace respguard::app
