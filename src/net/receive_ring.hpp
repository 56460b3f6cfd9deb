// Receives of many sockets by one io_uring: what has come is there when the thread wakes up,
// without a call for each socket.
//
// A receive stays armed until it is stopped, and fills buffers that all of them share. Everything
// is for one thread, which also runs the kernel's part of it (DEFER_TASKRUN).
#pragma once

#include "respguard/net/event_loop.hpp"

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

    /// Waits until something has come, at most so long; -1: for ever. Buffers told before are empty
    /// then.
    void wait(int timeout_ms) noexcept;
    /// Something has come that tell() would tell.
    [[nodiscard]] bool has_come() const noexcept;
    /// Calls the handlers. @return The epoll descriptor has events.
    [[nodiscard]] bool tell();

    static constexpr std::size_t buffer_bytes = event_loop::received_bytes_max;

private:
    struct place {
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
    void enter(unsigned count_min, int timeout_ms) noexcept;
    void give_back_buffers() noexcept;
    [[nodiscard]] io_uring_sqe* entry() noexcept;
    [[nodiscard]] std::uint64_t name_of(std::uint32_t index) const noexcept;
    void arm(std::uint32_t index) noexcept;
    void arm_all() noexcept;
    void watch_epoll() noexcept;
    void pull();
    void take(io_uring_cqe const& what);
    void tell_one(completion const& what);
    void tell_those_of(std::span<std::uint32_t const> places);

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
    std::vector<std::uint16_t> used_buffers_;
};

}  // namespace respguard::net
