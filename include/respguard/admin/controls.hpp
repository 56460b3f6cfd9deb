// What the HTTP endpoint can be asked to do.
#pragma once

#include "respguard/base/log.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>
#include <vector>

namespace respguard::admin {

/// What became of a reload, for whoever asked.
struct reload_outcome {
    /// In force, on all threads. False: all is as it was.
    bool taken = false;
    std::vector<std::string> changed;       ///< Keys taken over.
    std::vector<std::string> need_restart;  ///< Keys that differ and were left.
    std::vector<std::string> mistakes;      ///< Why not, one line each, without secrets.
};

/// Given by app, called on the HTTP server's thread only. What is empty is not offered.
struct controls {
    /// POST /policy: switches policy.enforce, soon, in all shards.
    std::function<void(bool)> enforce;
    /// POST /reload: as HUP; ends when it is in force.
    std::function<boost::asio::awaitable<reload_outcome>()> reload;
    /// POST /drain: as TERM. The endpoint ends with the guard.
    std::function<void()> drain;
    /// POST /logging: until the next reload that has another level.
    std::function<void(log::level)> set_log_level;
    /// GET /config_dump: what is in force, as TOML, secrets masked.
    std::function<std::string()> configuration;
};

}  // namespace respguard::admin
