// One thread of the data path: loop, listeners, sessions, counters. Shares nothing.
#pragma once

#include "respguard/config/settings.hpp"
#include "respguard/net/address_book.hpp"
#include "respguard/net/event_loop.hpp"
#include "respguard/net/socket_address.hpp"
#include "respguard/policy/rule_set.hpp"
#include "respguard/relay/session_group.hpp"
#include "respguard/stats/hot_keys.hpp"
#include "respguard/stats/snapshot.hpp"
#include "respguard/stats/tap.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app/event_log.hpp"
#include "app/live_settings.hpp"
#include "app/shard_notices.hpp"

namespace respguard::app {

/// A bound socket and its text, "127.0.0.1:6380".
struct bound_listener {
    int fd = -1;
    std::uint16_t index = 0;
};

class shard {
public:
    struct parts {
        live_settings live;
        net::endpoint upstream;
        std::vector<std::string> const& listeners;
        std::uint32_t clients_max;
        event_log::event_sink tell;  ///< Called on the shard's thread.
        std::size_t index = 0;       ///< Of this shard: which ring of a tap is its own.
        std::chrono::microseconds busy_poll{0};
        std::chrono::microseconds slice{0};  ///< See thread_slice.hpp.
        bool by_ring = false;                ///< Receives by io_uring where that pays,
        bool ring_soon = false;              ///< or from the second arrival on.
    };

    explicit shard(parts with);
    /// Stops and joins.
    ~shard();
    shard(shard const&) = delete;
    shard& operator=(shard const&) = delete;

    /// Before start(): takes a bound, listening socket.
    void add_listener(bound_listener listener);
    void start();

    // Callable from any thread; `done` runs on the shard's thread.
    void snapshot(std::function<void(stats::snapshot)> done);
    void pulse(std::function<void(stats::consumers_pulse)> done);
    /// Takes these over between two events, also for the clients that are there: no lock, nothing
    /// shared. What was decided before stays decided.
    void replace(live_settings with, std::function<void()> done);
    /// Stops accepting, lets sessions finish.
    void drain(std::function<void()> done);
    /// Switches policy.enforce; takes effect with the next request.
    void enforce(bool on);
    /// From now on this tap hears of the shard's commands.
    void listen(std::shared_ptr<stats::tap> for_whom);
    void forget(std::shared_ptr<stats::tap> for_whom);
    /// Ends everything and the thread.
    void stop();

private:
    struct acceptor final : net::event_handler {
        acceptor(shard& of, bound_listener with);
        ~acceptor();
        acceptor(acceptor const&) = delete;
        acceptor& operator=(acceptor const&) = delete;
        void on_events(std::uint32_t events) override;
        void watch();
        /// Clients that come from now on have these options.
        void inherit(net::socket_settings const& settings) noexcept;

        shard& owner;
        bound_listener listener;
        net::timer pause;  // Out of descriptors: asked again a little later.
    };

    void look();
    /// As live_ says; on the shard's thread, or before there is one.
    void count_hot_keys();
    [[nodiscard]] std::string_view rule_name(std::uint16_t place) const;

    net::event_loop loop_;
    live_settings live_;
    event_log log_;
    stats::shard_stats stats_;
    net::address_book addresses_;
    relay::session_group sessions_;
    stats::command_logs logs_;
    shard_notices notices_;
    net::timer looks_;
    std::unique_ptr<stats::hot_keys> hot_keys_;  ///< Null: not counted.
    std::size_t index_;
    std::chrono::microseconds slice_;
    std::vector<std::unique_ptr<stats::shard_tap>> taps_;
    std::vector<std::unique_ptr<acceptor>> acceptors_;
    std::thread thread_;
};

}  // namespace respguard::app
