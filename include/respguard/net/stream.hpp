// One connected, non-blocking byte stream.
//
// The seam for TLS: everything above sees read, write and shut down; what is below them is this
// file's affair.
#pragma once

#include "respguard/base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace respguard::net {

enum class io_status : std::uint8_t {
    ok,
    would_block,
    end,    ///< The peer sent its last byte (FIN).
    error,  ///< The connection is gone; see io_result::error.
};

struct [[nodiscard]] io_result {
    io_status what = io_status::ok;
    std::uint32_t bytes = 0;  ///< No call of the kernel moves more than 2 GiB.
    int error = 0;            ///< errno, only for error.
};

/// Owns the descriptor.
class stream {
public:
    stream() = default;
    explicit stream(int fd) noexcept : fd_(fd) {}
    stream(stream&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    stream& operator=(stream&& other) noexcept
    {
        if (this != &other) {
            close();
            fd_ = std::exchange(other.fd_, -1);
        }
        return *this;
    }
    ~stream() { close(); }

    [[nodiscard]] int fd() const noexcept { return fd_; }
    [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }

    [[nodiscard]] io_result read(std::span<char> into) noexcept;
    /// Writes as much as the kernel takes now; never raises SIGPIPE.
    [[nodiscard]] io_result write(byte_view bytes) noexcept;
    [[nodiscard]] io_result write(std::span<byte_view const> pieces) noexcept;
    /// Says "no more from me"; the other direction stays open.
    void shutdown_write() noexcept;
    void close() noexcept;
    /// The next close() sends RST instead of FIN: the peer must not take it for an orderly end.
    void abort_on_close() noexcept;

private:
    int fd_ = -1;
};

}  // namespace respguard::net
