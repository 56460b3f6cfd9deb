// Moves bytes from one socket to another inside the kernel, without copying them into this process.
#pragma once

#include "respguard/net/stream.hpp"

#include <array>
#include <cstddef>
#include <span>

namespace respguard::net {

/// A pipe that splice() goes through. Empty between two uses, so one serves a whole shard: what the
/// receiving socket does not take at once, take_back() hands to the caller.
class splice_pipe {
public:
    /// Without a pipe (no descriptors left) is_open() is false, and bytes have to be copied as
    /// usual.
    splice_pipe() noexcept;
    splice_pipe(splice_pipe const&) = delete;
    splice_pipe& operator=(splice_pipe const&) = delete;
    ~splice_pipe();

    [[nodiscard]] bool is_open() const noexcept { return ends_[0] >= 0; }
    /// Most bytes that one fill() takes.
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    /// Bytes that are in the pipe now.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Takes up to `bytes_max` bytes from a socket. Call only while empty.
    [[nodiscard]] io_result fill(stream& from, std::size_t bytes_max) noexcept;
    /// Gives them to another, as far as it takes them now; more bytes have to follow soon: the
    /// kernel may keep the last partial segment back for them.
    [[nodiscard]] io_result drain(stream& to) noexcept;
    /// Reads out what drain() left.
    ///
    /// @return Bytes written to `into`, which has room for size().
    std::size_t take_back(std::span<char> into) noexcept;

private:
    std::array<int, 2> ends_{-1, -1};  // Read, write.
    std::size_t capacity_ = 0;
    std::size_t size_ = 0;
};

/// Bytes that a socket would take now without blocking, by the kernel's own accounting
/// (SO_MEMINFO); 0 if that can not be read. Never far too high: what does not fit after all has to
/// be copied.
[[nodiscard]] std::size_t writable_bytes(stream const& to) noexcept;

}  // namespace respguard::net
