// Receives of many sockets by one io_uring: what has come is there when the thread wakes up,
// without a call for each socket.
//
// A receive stays armed until it is stopped, and fills buffers that all of them share. Everything
// is for one thread, which also runs the kernel's part of it (DEFER_TASKRUN).
#pragma once

#include "respguard/net/event_loop.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <liburing.h>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace respguard::net {

class receive_ring {
public:
    /// @param epoll_fd Waited for as well.
    /// Throws boost::system::system_error if the kernel gives no such ring.
    explicit receive_ring(int epoll_fd);
    ~receive_ring();
    receive_ring(receive_ring const&) = delete;
    receive_ring& operator=(receive_ring const&) = delete;

    /// From now on it is the calling thread's; called again, it does nothing.
    void enable() noexcept;

    /// Tells `to` what comes, until stop() or the end of the stream. Armed with the next wait().
    /// @return Its place, for stop().
    [[nodiscard]] std::uint32_t start(int fd, event_handler& to);
    /// Ends these receives. What they have received is told before this returns, and what they have
    /// not is left in the socket, which is no more referred to.
    void stop(std::span<std::uint32_t const> places);
    /// To wait for it looks to the kernel's statistics like waiting for a disk.
    [[nodiscard]] bool counts_as_disk_wait() const noexcept;
    /// There are receives.
    [[nodiscard]] bool is_used() const noexcept { return used_places_ > 0; }

    /// See event_loop::send().
    void send(std::span<outgoing> to_all);

    enum class sleep : bool { no, yes };
    /// Fetches what has come; sleeps until something has, if it may. Buffers told before are empty
    /// then.
    void wait(sleep may) noexcept;
    /// Something has come that tell() would tell.
    [[nodiscard]] bool has_come() const noexcept;
    /// Calls the handlers. @return The epoll descriptor has events.
    [[nodiscard]] bool tell();

    static constexpr std::size_t buffer_bytes = event_loop::received_bytes_max;
    /// A power of two. All that can be received between two wake-ups: 512 KiB. One call of a kernel
    /// that `auto` trusts brings some twenty messages.
    static constexpr unsigned buffer_count = 128;

private:
    struct alignas(32) place {  // A power of two: vector::size() divides by it.
        event_handler* to = nullptr;
        int fd = -1;
        std::uint32_t generation = 0;  // A completion of an earlier owner names an earlier one.
        bool armed = false;
        bool stopping = false;
    };
    struct completion {
        std::uint64_t of;
        std::int32_t result;
        std::uint32_t flags;
    };

    void make_buffers();
    void enter(unsigned count_min) noexcept;
    void give_back_buffers() noexcept;
    [[nodiscard]] inline io_uring_sqe* entry() noexcept;
    [[nodiscard]] std::uint64_t name_of(std::uint32_t index) const noexcept;
    void arm(std::uint32_t index) noexcept;
    void arm_all() noexcept;
    void watch_epoll() noexcept;
    void pull();
    inline void take(io_uring_cqe const& what);
    void tell_one(completion const& what);
    void tell_those_of(std::span<std::uint32_t const> places);

    /// A line more than a buffer: else the first lines of all of them share the same few places of
    /// the processor's first cache.
    static constexpr std::size_t buffer_stride = buffer_bytes + 64;
    [[nodiscard]] char* bytes_of(std::uint16_t buffer) const noexcept
    {
        return buffers_.get() + buffer * buffer_stride;
    }

    io_uring ring_{};
    int epoll_fd_;
    unsigned enter_flags_ = 0;
    bool enabled_ = false;
    bool epoll_watched_ = false;
    bool epoll_ready_ = false;
    std::uint64_t pulled_ns_ = 0;
    std::size_t used_places_ = 0;
    std::vector<place> places_;
    std::vector<std::uint32_t> free_places_;
    std::vector<std::uint64_t> to_arm_;
    std::vector<completion> queue_;  // Not told yet, from next_ on.
    std::size_t next_ = 0;
    std::span<outgoing> sending_;  // In send() only.
    std::size_t unsent_ = 0;
    std::unique_ptr<char[]> buffers_;
    void* buffer_ring_memory_ = nullptr;
    std::array<std::uint16_t, buffer_count> used_buffers_;  // Told, and not given back yet:
    std::size_t used_count_ = 0;                            // so many. Each can be there once.
};

}  // namespace respguard::net
