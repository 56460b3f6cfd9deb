#include "endpoint.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace respguard::bench {
namespace {

/// Long enough for 1000 clients that connect in one burst; the kernel cuts it to somaxconn.
constexpr int listen_backlog = 4096;

sockaddr const* raw(endpoint const& where)
{
    return reinterpret_cast<sockaddr const*>(&where.address);
}

endpoint unix_endpoint(std::string_view text, std::string_view path)
{
    sockaddr_un address{};
    if (path.empty() || path.size() >= sizeof address.sun_path) {
        throw bench_failure("unix socket path is empty or too long: " + std::string(text));
    }
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    endpoint where;
    where.text = text;
    std::memcpy(&where.address, &address, sizeof address);
    where.address_size = sizeof address;
    return where;
}

}  // namespace

void throw_errno(std::string const& what)
{
    throw bench_failure(what + ": " + std::strerror(errno));
}

unique_fd& unique_fd::operator=(unique_fd&& other) noexcept
{
    if (this != &other) {
        reset();
        fd_ = other.release();
    }
    return *this;
}

int unique_fd::release() noexcept { return std::exchange(fd_, -1); }

void unique_fd::reset() noexcept
{
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

endpoint parse_endpoint(std::string_view text)
{
    constexpr std::string_view unix_prefix = "unix:";
    if (text.starts_with(unix_prefix)) {
        return unix_endpoint(text, text.substr(unix_prefix.size()));
    }
    auto const colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        throw bench_failure("expected host:port or unix:/path: " + std::string(text));
    }
    std::string host(text.substr(0, colon));
    std::string const port(text.substr(colon + 1));
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (int const error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
        throw bench_failure(std::string(text) + ": " + ::gai_strerror(error));
    }
    endpoint where;
    where.text = text;
    std::memcpy(&where.address, found->ai_addr, found->ai_addrlen);
    where.address_size = found->ai_addrlen;
    ::freeaddrinfo(found);
    return where;
}

unique_fd connect_to(endpoint const& where)
{
    unique_fd fd(::socket(where.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd.is_open()) throw_errno("socket for " + where.text);
    if (::connect(fd.get(), raw(where), where.address_size) != 0) {
        throw_errno("connect to " + where.text);
    }
    send_at_once(fd.get());
    // Only now: a loopback connect does not wait for the other program, its backlog answers.
    ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
    return fd;
}

unique_fd listen_on(endpoint const& where)
{
    int const kind = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
    unique_fd fd(::socket(where.address.ss_family, kind, 0));
    if (!fd.is_open()) throw_errno("socket for " + where.text);
    if (where.is_unix()) {
        ::unlink(reinterpret_cast<sockaddr_un const*>(&where.address)->sun_path);
    } else {
        int const on = 1;
        ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    }
    if (::bind(fd.get(), raw(where), where.address_size) != 0) throw_errno("bind " + where.text);
    if (::listen(fd.get(), listen_backlog) != 0) throw_errno("listen on " + where.text);
    return fd;
}

void send_at_once(int fd) noexcept
{
    int const on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

std::size_t raise_open_files_limit() noexcept
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<std::size_t>(limit.rlim_cur);
}

}  // namespace respguard::bench
