// Plays a conversation to one target over connections that stay open.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "conversation.hpp"
#include "endpoint.hpp"
#include "load.hpp"

namespace respguard::bench {

class closed_loop final : public load {
public:
    /// Connects everything and plays each role's setup. Throws bench_failure.
    closed_loop(std::string target_name, endpoint const& where, conversation script);

    [[nodiscard]] std::size_t batches_min() const override { return callers_; }
    block_count run_block(std::size_t batches, std::vector<double>& latencies_ns) override;
    void trust_payloads() override { ends_only_ = true; }

    /// Waits until each push that a step caused has arrived at each listener.
    void finish() override;

private:
    using clock = std::chrono::steady_clock;

    struct connection {
        unique_fd fd;
        role const* owner = nullptr;
        batch const* current = nullptr;  // Null: nothing is owed to us.
        std::size_t next_step = 0;
        std::size_t sent_bytes = 0;
        std::size_t pushes = 0;
        bool awaits_writable = false;
        clock::time_point started;
        reply_reader replies;
        push_reader push_frames;
    };

    void open(role const& owner, endpoint const& where, std::size_t index);
    void play_setup(connection& conn);
    void begin(connection& conn, batch const& what, clock::time_point now);
    void begin_next_step(connection& conn, clock::time_point now);
    void send_rest(connection& conn);
    void handle_events(std::chrono::milliseconds patience);
    void receive(connection& conn);
    void hear_pushes(connection& conn, std::string_view piece);
    void complete(connection& conn);
    [[noreturn]] void fail(connection const& conn, std::string const& what) const;

    std::string const target_name_;
    conversation const script_;
    unique_fd epoll_;
    std::vector<connection> connections_;  // Never grows once epoll holds pointers into it.
    std::vector<char> received_;
    std::size_t callers_ = 0;
    bool playing_ = false;  // Setup is over.
    bool ends_only_ = false;

    std::size_t pushes_caused_ = 0;
    std::size_t pushes_heard_ = 0;

    // Of the block that is running.
    std::size_t batches_wanted_ = 0;
    std::size_t batches_begun_ = 0;
    std::size_t batches_done_ = 0;
    std::size_t commands_done_ = 0;
    std::vector<double>* latencies_ns_ = nullptr;
};

}  // namespace respguard::bench
