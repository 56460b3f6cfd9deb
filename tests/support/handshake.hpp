// Handshakes of the guard's sockets, finished at once.
#pragma once

#include "respguard/net/sockets.hpp"

#include <filesystem>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>

namespace respguard::test {

/// Sends the acknowledgement that a connection of net::start_connect() keeps for its first request.
///
/// Until then, or for 200 ms, who listens does not see it (docs/decisions/0004): so long would a
/// test wait whose client says nothing first. Later ones wait for bytes to go with, as before.
inline void finish_handshake(int fd) noexcept
{
    for (int const quick : {1, 0})
        ::setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &quick, sizeof quick);
}

/// The same for all connections of this process to this listener, those inside of the guard too.
inline void finish_handshakes_with(int listener)
{
    auto const where = net::local_of(listener).to_string();
    for (auto const& each : std::filesystem::directory_iterator("/proc/self/fd")) {
        int const fd = std::stoi(each.path().filename());
        if (net::peer_of(fd).to_string() == where) finish_handshake(fd);
    }
}

}  // namespace respguard::test
