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
    if (::bind(fd, where.get(), where.size) != 0) return give_up(fd);
    if (::listen(fd, settings.backlog) != 0) return give_up(fd);
    return {fd, 0};
}

connect_result start_connect(socket_address const& where, socket_settings const& settings)
{
    connect_result result;
    int const family = where.storage.ss_family;
    int const fd = open_socket(family);
    if (fd < 0) {
        result.how = {io_status::error, 0, errno};
        return result;
    }
    result.connection = stream(fd);
    set_options(fd, family, settings);
    if (::connect(fd, where.get(), where.size) == 0) return result;
    // EAGAIN of a unix socket means that its backlog is full: a failure, there is nothing to wait
    // for.
    io_status const how = errno == EINPROGRESS ? io_status::would_block : io_status::error;
    result.how = {how, 0, errno};
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
    set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
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
