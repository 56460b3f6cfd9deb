// Connections that live for one command: connect, PING, close.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "endpoint.hpp"
#include "load.hpp"
#include "reply.hpp"

namespace respguard::bench {

/// A batch is a whole life of a connection. After the reply the client half-closes and waits for
/// the other end to close too: so the work of closing is paid for in the block that caused it, and
/// not in the next target's.
class churn final : public load {
public:
    churn(std::string target_name, endpoint where, std::size_t connections);

    [[nodiscard]] std::size_t batches_min() const override { return slots_.size(); }
    block_count run_block(std::size_t batches, std::vector<double>& latencies_ns) override;

private:
    using clock = std::chrono::steady_clock;

    struct slot {
        unique_fd fd;
        clock::time_point started;
        reply_reader replies;
        bool is_answered = false;
    };

    void connect_and_ask(slot& place);
    /// @return whether the connection has reached its end.
    bool advance(slot& place);

    std::string const target_name_;
    endpoint const where_;
    std::string const request_;
    expected_reply const pong_;
    unique_fd epoll_;
    std::vector<slot> slots_;
};

}  // namespace respguard::bench
