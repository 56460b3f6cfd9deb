// Who talks to a target, and what they say: the script a load generator plays.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reply.hpp"

namespace respguard::bench {

/// Requests sent in one write, and what must come back for them. The unit that is timed.
struct batch {
    std::string request;
    expected_reply reply;
    std::size_t commands = 1;
    std::size_t pushes = 0;  ///< Push frames it causes on all listeners together.
};

/// How connections of a role behave once they are set up.
enum class behaviour {
    /// Sends the next batch as soon as the last is answered. Only these are timed.
    caller,
    /// Asks a blocking command again and again; is answered when a caller wakes it.
    waiter,
    /// Is subscribed and sends nothing more.
    listener
};

struct role {
    behaviour acts = behaviour::caller;
    std::size_t connections = 1;
    std::vector<batch> setup;  ///< Played once on each connection before anything is timed.
    std::vector<batch> steps;  ///< Played in a circle; each connection begins at another place.
};

/// All connections to one target.
struct conversation {
    std::vector<role> roles;
};

}  // namespace respguard::bench
