// Asks a server one question after the other; every question has its own deadline.
//
// Blocks the calling thread, never longer than the deadlines, and can be called off from another
// thread: this is for a command line and for a thread of its own, never for the data path.
#pragma once

#include "respguard/doctor/facts.hpp"
#include "respguard/net/endpoint.hpp"
#include "respguard/net/socket_address.hpp"
#include "respguard/net/stream.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::doctor {

/// Lets another thread call off what waits. Copies of the descriptor stay with this object.
class cancellation {
public:
    cancellation();
    ~cancellation();
    cancellation(cancellation const&) = delete;
    cancellation& operator=(cancellation const&) = delete;

    /// Callable from any thread; stays set.
    void set() noexcept;
    [[nodiscard]] bool is_set() const noexcept;
    /// Waits; true if called off meanwhile.
    bool wait(std::chrono::milliseconds time) const noexcept;
    [[nodiscard]] int fd() const noexcept { return fd_; }

private:
    int fd_ = -1;
};

/// How the failure of a reply that no Redis gives begins.
inline constexpr std::string_view not_redis = "not a Redis";

class connection {
public:
    /// A reply larger than this ends the connection: no answer we ask for is.
    static constexpr std::size_t reply_bytes_max = 4'000'000;

    explicit connection(cancellation const& stop) : stop_(stop) {}

    /// Tries each address. Empty: connected; else why not.
    [[nodiscard]] std::string open(std::vector<net::socket_address> const& addresses,
                                   std::chrono::milliseconds time);
    /// Sends and reads one reply. A failure closes the connection: a late reply would be taken
    /// for the next one's.
    [[nodiscard]] answer ask(std::vector<std::string> const& words, std::chrono::milliseconds time);

    [[nodiscard]] bool is_open() const noexcept { return stream_.is_open(); }
    [[nodiscard]] int fd() const noexcept { return stream_.fd(); }
    void close() noexcept;

private:
    using clock = std::chrono::steady_clock;
    /// Empty: the socket is ready; else why not.
    [[nodiscard]] std::string wait_for(short events, clock::time_point deadline,
                                       std::chrono::milliseconds time) const;
    [[nodiscard]] std::string send_all(std::string_view bytes, clock::time_point deadline,
                                       std::chrono::milliseconds time);
    [[nodiscard]] answer read_reply(clock::time_point deadline, std::chrono::milliseconds time);

    cancellation const& stop_;
    net::stream stream_;
    std::string read_;
};

}  // namespace respguard::doctor
