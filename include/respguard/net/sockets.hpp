// Opens sockets with the options every connection of the guard has.
#pragma once

#include "respguard/net/settings.hpp"
#include "respguard/net/socket_address.hpp"
#include "respguard/net/stream.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace respguard::net {

/// A listening, non-blocking socket, or errno.
struct [[nodiscard]] listen_result {
    int fd = -1;
    int error = 0;
};

/// Binds and listens. A stale unix socket file (nobody listens on it) is replaced, a live one is
/// not. `shared`: SO_REUSEPORT, so that every shard can have its own socket on the same port. Has
/// the options of set_options(), for what it accepts to inherit.
[[nodiscard]] listen_result open_listener(socket_address const& where,
                                          socket_settings const& settings, bool shared);

/// A client: non-blocking, with the options that the listener has at this moment.
struct [[nodiscard]] accept_result {
    int fd = -1;
    int error = 0;  ///< errno if there is none; EAGAIN: nobody waits.
    socket_address peer;
};
[[nodiscard]] accept_result accept_client(int listener) noexcept;

/// Starts to connect, without waiting. ok: connected already, as to this machine. would_block: wait
/// for EPOLLOUT, then ask connect_error(). error: refused at once. Small writes leave at once;
/// when it lasts, give it the rest of set_options() by watch_peer().
struct [[nodiscard]] connect_result {
    stream connection;
    io_result how;
};
[[nodiscard]] connect_result start_connect(socket_address const& where);
/// 0 if the connection stands, else errno.
[[nodiscard]] int connect_error(stream const& connection) noexcept;

/// TCP_NODELAY and watch_peer() for a listener (what it accepts inherits them), accepted or
/// connected socket; nothing for unix sockets. Failures are ignored: the connection works without
/// them.
void set_options(int fd, int family, socket_settings const& settings) noexcept;
/// Only SO_KEEPALIVE and TCP_USER_TIMEOUT: of use from the first seconds of silence on.
void watch_peer(int fd, int family, socket_settings const& settings) noexcept;

/// "10.0.0.7:5123" without its port; what is no such address as it is.
[[nodiscard]] std::string_view host_of(std::string_view address) noexcept;

/// The kernel's estimate of the round trip to the peer; 0 if it has none (unix sockets).
[[nodiscard]] std::chrono::microseconds round_trip_of(int fd) noexcept;

/// The same, and the shortest it has seen in the last minutes (TCP_INFO rtt and min_rtt).
struct path_times {
    std::chrono::microseconds round_trip{0};
    std::chrono::microseconds shortest{0};
};
/// Both 0 if the kernel has none.
[[nodiscard]] path_times path_of(int fd) noexcept;

/// The peer's address, or the local one.
[[nodiscard]] socket_address peer_of(int fd) noexcept;
[[nodiscard]] socket_address local_of(int fd) noexcept;

}  // namespace respguard::net
