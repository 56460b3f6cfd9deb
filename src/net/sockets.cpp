#include "respguard/net/sockets.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace respguard::net {

namespace {

/// What the kernel adds to the C library's tcp_info (linux/tcp.h, since Linux 4.6). That header can
/// not be included beside netinet/tcp.h: both define the same names.
struct long_tcp_info {
    tcp_info start;
    std::uint64_t rates_and_bytes[4];
    std::uint32_t segments_and_unsent[3];
    std::uint32_t min_rtt;  ///< Microseconds.
};
static_assert(sizeof(tcp_info) == 104);

void set(int fd, int level, int name, int value) noexcept
{
    ::setsockopt(fd, level, name, &value, sizeof value);
}

void send_at_once(int fd) noexcept { set(fd, IPPROTO_TCP, TCP_NODELAY, 1); }

int open_socket(int family) noexcept
{
    return ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/// Removes the file of a unix socket that nobody listens on any more.
void remove_stale(socket_address const& where) noexcept
{
    sockaddr_un un{};
    std::memcpy(&un, &where.storage, sizeof un);
    struct stat file {};
    if (::lstat(un.sun_path, &file) != 0 || !S_ISSOCK(file.st_mode)) return;
    stream const probe(open_socket(AF_UNIX));
    if (::connect(probe.fd(), where.get(), where.size) == 0 || errno != ECONNREFUSED) return;
    ::unlink(un.sun_path);
}

listen_result give_up(int fd) noexcept
{
    int const why = errno;
    if (fd >= 0) ::close(fd);
    return {-1, why};
}

}  // namespace

listen_result open_listener(socket_address const& where, socket_settings const& settings,
                            bool shared)
{
    int const family = where.storage.ss_family;
    int const fd = open_socket(family);
    if (fd < 0) return give_up(fd);
    if (family == AF_UNIX) {
        remove_stale(where);
    } else {
        set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
        if (shared) set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
        if (family == AF_INET6) set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    }
    set_options(fd, family, settings);
    if (::bind(fd, where.get(), where.size) != 0) return give_up(fd);
    if (::listen(fd, settings.backlog) != 0) return give_up(fd);
    // Behind listen(), which would reset it. Clients' sockets inherit that the acknowledgement of a
    // request goes with its reply from the first one on, not only once the kernel has seen that
    // this is how they talk: a segment less (HAProxy: tcp-smart-accept).
    if (family != AF_UNIX) set(fd, IPPROTO_TCP, TCP_QUICKACK, 0);
    return {fd, 0};
}

accept_result accept_client(int listener) noexcept
{
    accept_result client;
    client.peer.size = sizeof client.peer.storage;
    client.fd =
        ::accept4(listener, client.peer.get(), &client.peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (client.fd < 0) client.error = errno;
    return client;
}

connect_result start_connect(socket_address const& where)
{
    connect_result result;
    int const family = where.storage.ss_family;
    int const fd = open_socket(family);
    if (fd < 0) {
        result.how = {io_status::error, 0, errno};
        return result;
    }
    result.connection = stream(fd);
    if (family != AF_UNIX) {
        send_at_once(fd);
        // The handshake's last ACK goes with the first request, if that comes within 200 ms: two
        // segments of ten less for a connection that asks once (HAProxy: tcp-smart-connect).
        set(fd, IPPROTO_TCP, TCP_QUICKACK, 0);
    }
    if (::connect(fd, where.get(), where.size) == 0) return result;
    if (errno == EINPROGRESS) {
        // On this machine its SYN has been answered meanwhile: asked once more, it stands.
        if (::connect(fd, where.get(), where.size) == 0) return result;
        if (errno == EALREADY) {
            result.how = {io_status::would_block, 0, 0};
            return result;
        }
    }
    // EAGAIN of a unix socket means that its backlog is full: a failure, there is nothing to wait
    // for.
    result.how = {io_status::error, 0, errno};
    return result;
}

int connect_error(stream const& connection) noexcept
{
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(connection.fd(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    return error;
}

void set_options(int fd, int family, socket_settings const& settings) noexcept
{
    if (family == AF_UNIX) return;
    send_at_once(fd);
    watch_peer(fd, family, settings);
}

void watch_peer(int fd, int family, socket_settings const& settings) noexcept
{
    if (family == AF_UNIX) return;
    set(fd, SOL_SOCKET, SO_KEEPALIVE, settings.keepalive.count() > 0 ? 1 : 0);
    if (settings.keepalive.count() > 0) {
        int const idle = static_cast<int>(settings.keepalive.count());
        set(fd, IPPROTO_TCP, TCP_KEEPIDLE, idle);
        // Three probes within another idle time, as Redis does with its own tcp-keepalive.
        set(fd, IPPROTO_TCP, TCP_KEEPINTVL, std::max(idle / 3, 1));
        set(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
    }
    set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(settings.user_timeout.count()));
}

std::string_view host_of(std::string_view address) noexcept
{
    return address.starts_with("unix") ? address : address.substr(0, address.rfind(':'));
}

std::chrono::microseconds round_trip_of(int fd) noexcept { return path_of(fd).round_trip; }

path_times path_of(int fd) noexcept
{
    long_tcp_info known{};
    socklen_t size = sizeof known;
    if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &known, &size) != 0) return {};
    path_times times;
    times.round_trip = std::chrono::microseconds(known.start.tcpi_rtt);
    // Before its first sample the kernel says "as long as can be".
    bool const is_known = size == sizeof known && known.min_rtt != ~std::uint32_t{0};
    if (is_known) times.shortest = std::chrono::microseconds(known.min_rtt);
    return times;
}

socket_address peer_of(int fd) noexcept
{
    socket_address address;
    address.size = sizeof address.storage;
    if (::getpeername(fd, address.get(), &address.size) != 0) address.size = 0;
    return address;
}

socket_address local_of(int fd) noexcept
{
    socket_address address;
    address.size = sizeof address.storage;
    if (::getsockname(fd, address.get(), &address.size) != 0) address.size = 0;
    return address;
}

}  // namespace respguard::net
