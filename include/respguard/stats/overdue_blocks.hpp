// Finds requests that block and whose reply is later than their own time-out says.
//
// BullMQ from 6.0.7 on cuts the connection one second after the time-out, and its workers can be
// lost that way (EMAILENGINE.md sections 4 and 6): a stalled server or network shows here first.
#pragma once

#include "respguard/stats/finished_command.hpp"
#include "respguard/stats/notices.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace respguard::stats {

/// A request that still waits, at the front of its connection.
struct overdue_block {
    std::uint64_t client_id = 0;
    std::uint64_t sent_ns = 0;  ///< Tells two requests of one client apart.
    std::uint64_t waited_ns = 0;
    std::uint64_t timeout_ns = 0;
    command::command_id command = command::other;
    std::string client;
    std::string name;
    std::string queue;
    std::string family;
    bool client_stalls = false;  ///< It does not take what is there for it: nobody reads upstream.
};

/// Used on its shard's thread.
class overdue_blocks final : public command_listener {
public:
    /// So much later than the time-out is overdue.
    static constexpr std::uint64_t grace_ns = 500'000'000;

    /// @param watch Outlives it.
    overdue_blocks(command_watch& watch, notices::sink tell);
    ~overdue_blocks() { watch_.remove(*this); }
    overdue_blocks(overdue_blocks const&) = delete;
    overdue_blocks& operator=(overdue_blocks const&) = delete;

    /// To be called about once a second with those that are overdue now.
    void look(std::vector<overdue_block> const& waiting, std::uint64_t now_ns);
    /// Those whose reply came before anybody looked.
    void on_finished(finished_command const& what) noexcept override;
    void flush(std::uint64_t now_ns) { notices_.flush(now_ns); }

    [[nodiscard]] std::uint64_t total() const noexcept { return total_; }
    [[nodiscard]] std::uint64_t now() const noexcept { return waiting_.size(); }

private:
    command_watch& watch_;
    notices notices_;
    std::map<std::uint64_t, std::uint64_t> waiting_;  ///< Sent when, by client; overdue now.
    std::uint64_t total_ = 0;
};

}  // namespace respguard::stats
