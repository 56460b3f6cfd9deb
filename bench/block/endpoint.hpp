// Addresses of the programs under test, and plain blocking-connect sockets to them.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace respguard::bench {

/// Whatever makes a measurement worthless: an error reply, a wrong length, a lost connection.
/// It ends the whole run: a figure beside a failure would be read as a figure.
class bench_failure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Throws bench_failure with `what` and the text of errno.
[[noreturn]] void throw_errno(std::string const& what);

/// A file descriptor that closes itself.
class unique_fd {
public:
    unique_fd() noexcept = default;
    explicit unique_fd(int fd) noexcept : fd_(fd) {}
    unique_fd(unique_fd&& other) noexcept : fd_(other.release()) {}
    unique_fd& operator=(unique_fd&& other) noexcept;
    unique_fd(unique_fd const&) = delete;
    unique_fd& operator=(unique_fd const&) = delete;
    ~unique_fd() { reset(); }

    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
    int release() noexcept;
    void reset() noexcept;

private:
    int fd_ = -1;
};

/// Where to connect or listen, already in the form the kernel wants.
struct endpoint {
    std::string text;  ///< As it was given, for messages.
    sockaddr_storage address{};
    socklen_t address_size = 0;

    [[nodiscard]] bool is_unix() const noexcept { return address.ss_family == AF_UNIX; }
};

/// "127.0.0.1:6379", "[::1]:6379" or "unix:/path". Numeric addresses only: a name would be looked
/// up inside the timed path. Throws bench_failure.
endpoint parse_endpoint(std::string_view text);

/// Connects, waiting for it, then makes the socket non-blocking with TCP_NODELAY. Throws
/// bench_failure.
unique_fd connect_to(endpoint const& where);

/// A non-blocking listening socket; a unix socket's stale file is removed first. Throws
/// bench_failure.
unique_fd listen_on(endpoint const& where);

/// TCP_NODELAY on, which fails harmlessly on unix sockets.
void send_at_once(int fd) noexcept;

/// Raises the soft limit of open files to the hard one.
/// @return the limit now in force.
std::size_t raise_open_files_limit() noexcept;

}  // namespace respguard::bench
