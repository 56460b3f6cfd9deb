// Where the HTTP endpoint gets what it shows.
#pragma once

#include "respguard/admin/controls.hpp"
#include "respguard/stats/snapshot.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>

namespace respguard::admin {

class event_hub;
class tap_hub;

/// May traffic be sent here? `why` says in a few words why not; it is shown to whoever asks.
struct readiness {
    bool ready = false;
    std::string why;
};

/// Given by app. All are called on the HTTP server's thread only.
struct source {
    /// Gathers copies of all shards' counters. Called again only after the call before it has
    /// ended, and not more often than every 20 ms, however many ask. May throw: the reader gets a
    /// 503.
    std::function<boost::asio::awaitable<stats::report>()> report;
    /// Must answer at once, without asking a shard.
    std::function<readiness()> ready;
    controls changes;
    /// What /events shows; null: nothing. Outlives the server.
    event_hub* events = nullptr;
    /// Where /tap opens its taps; null: there are none. Outlives the server.
    tap_hub* taps = nullptr;
};

}  // namespace respguard::admin
