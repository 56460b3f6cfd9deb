// Binds the addresses that clients connect to.
#pragma once

#include "respguard/config/settings.hpp"

#include <string>
#include <vector>

#include "app/shard.hpp"

namespace respguard::app {

struct [[nodiscard]] open_listeners {
    /// By shard, then by address.
    std::vector<std::vector<bound_listener>> sockets;
    std::vector<std::string> names;  ///< What the kernel bound: port 0 is replaced by the real one.
    std::string problem;             ///< Empty: all are bound.
    int error = 0;
};

/// Every shard gets its own socket on each TCP address (SO_REUSEPORT) and shares those of unix
/// paths.
open_listeners bind_listeners(config::settings const& settings);

/// Takes away the files of unix sockets that were bound; `names` are those of bind_listeners().
void remove_socket_files(std::vector<std::string> const& names) noexcept;

}  // namespace respguard::app
