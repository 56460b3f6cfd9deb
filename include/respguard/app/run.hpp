// Builds the guard from its configuration, runs it, drains it.
#pragma once

#include "respguard/config/load.hpp"

#include <functional>

namespace respguard::app {

/// Exit codes of `respguard run` (sysexits.h).
enum exit_code : int {
    exit_ok = 0,
    exit_usage = 64,
    exit_unavailable = 69,  ///< Upstream never reachable, with upstream.require.
    exit_internal = 70,
    exit_permission = 77,
    exit_config = 78,
};

/// Returns when the guard has stopped: after TERM or INT and the drain, or because it could not
/// start (the reason is in the log). `configuration.errors` must be empty.
///
/// @param load_again Reads the same sources again; called on HUP, on the calling thread.
[[nodiscard]] int run(config::loaded const& configuration,
                      std::function<config::loaded()> load_again);

}  // namespace respguard::app
