// Writes that were sent and never answered: nobody knows whether they were executed.
//
// A client that sends them again after it has reconnected (ioredis does) may have them executed
// twice: jobs run twice, mail is sent twice.
#pragma once

#include "respguard/stats/finished_command.hpp"
#include "respguard/stats/notices.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace respguard::stats {

/// Used on its shard's thread. One event for each connection.
class unanswered_writes final : public command_listener {
public:
    /// So many different commands, and queues, of one connection are listed.
    static constexpr std::size_t listed_max = 5;

    /// @param watch Outlives it.
    unanswered_writes(command_watch& watch, notices::sink tell);
    ~unanswered_writes() { watch_.remove(*this); }
    unanswered_writes(unanswered_writes const&) = delete;
    unanswered_writes& operator=(unanswered_writes const&) = delete;

    /// Cancelled commands of a connection come one after the other, then its end.
    void on_finished(finished_command const& what) noexcept override;
    /// The connection of this client has ended. `by_client`: it went away by itself, and knows that
    /// it did not wait for replies.
    void on_closed(std::uint64_t client_id, bool by_client, std::uint64_t now_ns);

    /// Of connections that did not end by the client.
    [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

private:
    using tally = std::map<std::string, std::uint64_t, std::less<>>;
    static void count(tally& in, std::string_view what);

    command_watch& watch_;
    notices::sink tell_;
    std::uint64_t client_id_ = 0;  ///< Whose writes the rest is about.
    std::uint64_t writes_ = 0;
    tally commands_;
    tally queues_;
    event first_;
    std::uint64_t total_ = 0;
    std::uint64_t second_ = 0;  ///< Ten events a second are enough when a server goes away.
    std::uint32_t told_ = 0;
    std::uint64_t left_out_ = 0;
};

/// True if executing it twice makes a difference: it writes, or is a script or transaction that
/// may, and does not just wait for something to take.
[[nodiscard]] bool may_write(finished_command const& what) noexcept;

}  // namespace respguard::stats
