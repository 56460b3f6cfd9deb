// What a shard lends to its sessions.
#pragma once

#include "respguard/net/address_book.hpp"
#include "respguard/net/event_loop.hpp"
#include "respguard/net/settings.hpp"
#include "respguard/net/splice_pipe.hpp"
#include "respguard/relay/observer.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "relay/exchange.hpp"
#include "relay/storm_detector.hpp"
#include "relay/wake_up.hpp"

namespace respguard::relay {

class session;

/// One per shard, used by one session at a time.
struct session_shared {
    net::event_loop& loop;
    net::address_book& addresses;
    net::socket_settings const& sockets;
    relay_settings const& settings;
    policy::rule_set const& rules;
    stats::shard_stats& stats;
    observer& events;
    std::vector<std::string> const& listeners;
    /// Takes the session out of the group and deletes it after the events at hand.
    std::function<void(session&)> forget;
    std::uint8_t calm_arrivals;

    rate_limits limits{};
    storm_detector storms{};
    std::vector<judged_request> judged{};
    std::string scratch{};
    name_memo names{};
    command_recorder recorder{stats, settings};
    exchange_context exchange{settings, rules, stats, judged, scratch, names, &limits, &recorder};
    output to_upstream{};
    output to_client{};
    std::minstd_rand random{std::random_device{}()};
    /// Sessions read into its one buffer: what an idle connection costs is not 64 KiB.
    wake_up wake{loop};
    net::splice_pipe pipe{};
    /// When bytes of any client were read last.
    std::uint64_t traffic_ns = 0;
};

}  // namespace respguard::relay
