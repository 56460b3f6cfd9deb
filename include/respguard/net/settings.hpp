// Sockets: how they are opened and watched.
#pragma once

#include <chrono>
#include <cstdint>

namespace respguard::net {

struct socket_settings {
    /// Idle time before the kernel probes a silent peer. 30 s towards upstream: the application's
    /// own keep-alive ends at the guard, so a dead path must be found here.
    std::chrono::seconds keepalive{30};
    /// Close a connection whose sent bytes stay unacknowledged, or whose peer does not read, for
    /// this long (TCP_USER_TIMEOUT). Not shorter: Linux counts a full receive buffer of the peer as
    /// well, so 30 s would cut a paused Node.js or a stopped Redis that a direct connection
    /// survives.
    std::chrono::milliseconds user_timeout{120'000};
    /// Connections the kernel may queue before they are accepted (listen backlog).
    int backlog = 511;
};

}  // namespace respguard::net
