// The guard as a whole: shards, admin endpoint, probe, signals.
//
// The control thread (the caller of run()) owns everything here; shards have their own threads.
#pragma once

#include "respguard/admin/http_server.hpp"
#include "respguard/config/load.hpp"
#include "respguard/net/endpoint.hpp"
#include "respguard/policy/rule_set.hpp"
#include "respguard/stats/snapshot.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/doctor_watch.hpp"
#include "app/listeners.hpp"
#include "app/shard.hpp"
#include "app/upstream_probe.hpp"

namespace respguard::app {

class guard {
public:
    guard(config::settings const& settings, policy::rule_set rules, net::upstream_url upstream);
    ~guard();

    /// Binds, runs until a signal, drains. @return exit code.
    [[nodiscard]] int run();

private:
    [[nodiscard]] int start();
    void watch_signals();
    void on_signal(int signal);
    void begin_drain();
    void end();
    void require_upstream();
    void enforce(bool on);
    boost::asio::awaitable<stats::report> make_report();
    [[nodiscard]] admin::readiness ready() const;
    void say_hello() const;

    config::settings const& settings_;
    policy::rule_set rules_;
    net::upstream_url upstream_;
    boost::asio::io_context io_{1};
    boost::asio::signal_set signals_{io_};
    upstream_probe probe_;
    doctor_watch doctor_;
    boost::asio::steady_timer deadline_{io_};
    std::vector<std::string> listeners_;
    std::vector<std::unique_ptr<shard>> shards_;
    std::unique_ptr<admin::http_server> admin_;
    std::uint64_t started_ns_ = 0;
    std::uint64_t started_unix_ns_ = 0;
    std::size_t shards_draining_ = 0;
    int exit_code_ = 0;
    bool draining_ = false;
};

}  // namespace respguard::app
