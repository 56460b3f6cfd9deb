// All sessions of one shard.
#pragma once

#include "respguard/net/address_book.hpp"
#include "respguard/net/event_loop.hpp"
#include "respguard/net/settings.hpp"
#include "respguard/net/sockets.hpp"
#include "respguard/policy/rule_places.hpp"
#include "respguard/policy/rule_set.hpp"
#include "respguard/relay/observer.hpp"
#include "respguard/relay/settings.hpp"
#include "respguard/stats/finished_command.hpp"
#include "respguard/stats/lost_consumers.hpp"
#include "respguard/stats/overdue_blocks.hpp"
#include "respguard/stats/shard_stats.hpp"
#include "respguard/stats/snapshot.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace respguard::relay {

/// Lives on its loop's thread. Everything given by reference outlives it.
class session_group {
public:
    /// Going to the ring or the edge, and back, has to pay.
    static constexpr std::uint8_t calm_arrivals = 8;

    struct parts {
        net::event_loop& loop;
        net::address_book& addresses;
        net::socket_settings const& sockets;
        relay_settings const& settings;
        policy::rule_set const& rules;
        stats::shard_stats& stats;
        observer& events;
        /// Texts of the listeners, by index.
        std::vector<std::string> const& listeners;
        /// Of this shard; settings.clients_max is for all of them.
        std::uint32_t clients_max;
        /// So often a session has to have done nothing but pass on what came before the loop is
        /// asked to tell it in a way that pays then only.
        std::uint8_t calm_arrivals = session_group::calm_arrivals;
    };

    explicit session_group(parts const& with);
    ~session_group();
    session_group(session_group const&) = delete;
    session_group& operator=(session_group const&) = delete;

    /// Takes an accepted socket, which has the options of its listener. Refuses it with Redis's own
    /// error if there are too many.
    void adopt(net::accept_result const& accepted, std::uint16_t listener);
    [[nodiscard]] std::size_t size() const noexcept;

    /// Lets every session end as soon as nothing of it is in flight; `done` is called when none is
    /// left, at the latest after settings.drain_timeout.
    void drain(std::function<void()> done);
    /// Ends all sessions now.
    void stop();

    /// parts::rules has been replaced: refusals that wait for their turn, rate limits, storms and
    /// what was counted go with their rules. Call it before the next event of the loop.
    void renumber_rules(policy::rule_places const& places);

    /// Who wants to see single commands; to be used on the loop's thread only.
    [[nodiscard]] stats::command_watch& watch() noexcept;

    /// What is known about the workers of BullMQ's queues.
    [[nodiscard]] stats::consumers_pulse pulse() const;

    /// Requests that block and have got no reply though their own time-out is over.
    [[nodiscard]] std::vector<stats::overdue_block> overdue() const;

    /// Copies what was counted, and a row for each client (at most snapshot::clients_max).
    [[nodiscard]] stats::snapshot snapshot() const;

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace respguard::relay
