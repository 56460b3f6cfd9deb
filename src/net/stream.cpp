#include "respguard/net/stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace respguard::net {

namespace {

// More pieces than this go out with the next call: enough for every ordinary wake-up.
constexpr std::size_t pieces_max = 64;

// The C library's recv() and send() are cancellation points: in a process with threads each costs
// some fifty instructions around the system call, for a thing that nobody here does.
ssize_t receive(int fd, char* into, std::size_t size) noexcept
{
    return ::syscall(SYS_recvfrom, fd, into, size, 0, nullptr, nullptr);
}

ssize_t transmit(int fd, char const* from, std::size_t size) noexcept
{
    return ::syscall(SYS_sendto, fd, from, size, MSG_NOSIGNAL, nullptr, 0);
}

io_result failed() noexcept
{
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
        return {io_status::would_block, 0, 0};
    }
    return {io_status::error, 0, errno};
}

}  // namespace

io_result stream::read(std::span<char> into) noexcept
{
    ssize_t const got = receive(fd_, into.data(), into.size());
    if (got > 0) return {io_status::ok, static_cast<std::uint32_t>(got), 0};
    if (got == 0) return {io_status::end, 0, 0};
    return failed();
}

io_result stream::write(byte_view bytes) noexcept
{
    ssize_t const sent = transmit(fd_, bytes.data(), bytes.size());
    if (sent < 0) return failed();
    return {io_status::ok, static_cast<std::uint32_t>(sent), 0};
}

io_result stream::write(std::span<byte_view const> pieces) noexcept
{
    std::array<iovec, pieces_max> vectors;
    std::size_t const count = std::min(pieces.size(), pieces_max);
    for (std::size_t i = 0; i < count; ++i) {
        // sendmsg() only reads; iovec has no const.
        vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    ssize_t const sent = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
    if (sent < 0) return failed();
    return {io_status::ok, static_cast<std::uint32_t>(sent), 0};
}

void stream::shutdown_write() noexcept
{
    if (fd_ >= 0) ::shutdown(fd_, SHUT_WR);
}

void stream::close() noexcept
{
    if (fd_ < 0) return;
    ::close(fd_);
    fd_ = -1;
}

void stream::abort_on_close() noexcept
{
    linger const now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace respguard::net
