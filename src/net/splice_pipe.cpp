#include "respguard/net/splice_pipe.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <unistd.h>

namespace respguard::net {

namespace {

/// fs.pipe-max-size as Linux has it: what a process may ask for without privileges. The memory is
/// that of the socket buffers which pass through, not the pipe's own.
constexpr int wanted_bytes = 1024 * 1024;

io_result result_of(ssize_t moved) noexcept
{
    if (moved > 0) return {io_status::ok, static_cast<std::uint32_t>(moved), 0};
    if (moved == 0) return {io_status::end, 0, 0};
    if (errno == EAGAIN || errno == EINTR) return {io_status::would_block, 0, 0};
    return {io_status::error, 0, errno};
}

}  // namespace

splice_pipe::splice_pipe() noexcept
{
    if (::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        ends_ = {-1, -1};
        return;
    }
    ::fcntl(ends_[1], F_SETPIPE_SZ, wanted_bytes);  // Refused: smaller steps.
    int const size = ::fcntl(ends_[1], F_GETPIPE_SZ);
    capacity_ = static_cast<std::size_t>(std::max(size, 4096));
}

splice_pipe::~splice_pipe()
{
    for (int const end : ends_) {
        if (end >= 0) ::close(end);
    }
}

io_result splice_pipe::fill(stream& from, std::size_t bytes_max) noexcept
{
    std::size_t const bytes = std::min(bytes_max, capacity_);
    auto const result = result_of(
        ::splice(from.fd(), nullptr, ends_[1], nullptr, bytes, SPLICE_F_MOVE | SPLICE_F_NONBLOCK));
    size_ = result.bytes;
    return result;
}

io_result splice_pipe::drain(stream& to) noexcept
{
    auto const result = result_of(::splice(ends_[0], nullptr, to.fd(), nullptr, size_,
                                           SPLICE_F_MOVE | SPLICE_F_NONBLOCK | SPLICE_F_MORE));
    size_ -= result.bytes;
    return result;
}

std::size_t splice_pipe::take_back(std::span<char> into) noexcept
{
    std::size_t taken = 0;
    while (size_ > 0) {
        ssize_t const got = ::read(ends_[0], into.data() + taken, size_);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;  // Can not be: the bytes are there.
        taken += static_cast<std::size_t>(got);
        size_ -= static_cast<std::size_t>(got);
    }
    return taken;
}

std::size_t writable_bytes(stream const& to) noexcept
{
    std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
    socklen_t size = sizeof memory;
    if (::getsockopt(to.fd(), SOL_SOCKET, SO_MEMINFO, memory.data(), &size) != 0) return 0;
    // TCP counts in the first, unix sockets in the second.
    std::uint32_t const used =
        std::max(memory[SK_MEMINFO_WMEM_QUEUED], memory[SK_MEMINFO_WMEM_ALLOC]);
    std::uint32_t const limit = memory[SK_MEMINFO_SNDBUF];
    // A sixteenth for the kernel's own headers, which it counts as well.
    return used < limit ? (limit - used) / 16 * 15 : 0;
}

}  // namespace respguard::net
