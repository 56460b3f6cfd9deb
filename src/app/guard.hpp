// The guard as a whole: shards, admin endpoint, probe, signals.
//
// The control thread (the caller of run()) owns everything here; shards have their own threads.
#pragma once

#include "respguard/admin/controls.hpp"
#include "respguard/admin/http_server.hpp"
#include "respguard/admin/tap_hub.hpp"
#include "respguard/base/log.hpp"
#include "respguard/config/load.hpp"
#include "respguard/config/reload.hpp"
#include "respguard/net/endpoint.hpp"
#include "respguard/policy/rule_set.hpp"
#include "respguard/stats/snapshot.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/consumer_watch.hpp"
#include "app/doctor_watch.hpp"
#include "app/event_desk.hpp"
#include "app/listeners.hpp"
#include "app/shard.hpp"
#include "app/upstream_probe.hpp"
#include "app/ways_of_io.hpp"

namespace respguard::app {

class guard {
public:
    /// @param load_again Reads the configuration again, for reload().
    guard(config::loaded configuration, policy::rule_set rules, net::upstream_url upstream,
          std::function<config::loaded()> load_again);
    ~guard();

    /// Binds, runs until a signal, drains. @return exit code.
    [[nodiscard]] int run();

private:
    [[nodiscard]] int start();
    void watch_signals();
    void on_signal(int signal);
    /// Takes over what can change at run time; all of it, or nothing if there is any mistake.
    ///
    /// @param when_done Called when it is in force everywhere, or refused. May be empty.
    void reload(std::function<void(admin::reload_outcome)> when_done);
    struct reload_made {
        std::function<void(admin::reload_outcome)> when_done;
        config::changes found;
        bool ends_switch = false;  ///< policy.enforce had been switched over HTTP.
        std::size_t shards_left = 0;
    };
    /// What settings_ and rules_ say of it.
    [[nodiscard]] live_settings live() const;
    void obey(config::loaded fresh, policy::rule_set rules,
              std::shared_ptr<reload_made> const& made);
    void tell_reload(reload_made const& made);
    void refuse_reload(std::vector<config::config_error> const& mistakes, reload_made const& made);
    void reopen_log();
    void begin_drain();
    void end();
    void require_upstream();
    [[nodiscard]] admin::controls controls();
    void enforce(bool on);
    [[nodiscard]] admin::tap_hub::shards tapped_shards();
    void set_log_level(log::level least);
    [[nodiscard]] std::string configuration() const;
    boost::asio::awaitable<admin::reload_outcome> reload_and_wait();
    boost::asio::awaitable<stats::report> make_report();
    [[nodiscard]] admin::readiness ready() const;
    void tell_warnings() const;
    void say_hello() const;

    config::settings settings_;
    std::map<std::string, std::string> origins_;  ///< Of each key in settings_, see config::loaded.
    policy::rule_set rules_;
    net::upstream_url upstream_;
    std::function<config::loaded()> load_again_;
    boost::asio::io_context io_{1};
    boost::asio::signal_set signals_{io_};
    event_desk events_;
    upstream_probe probe_;
    consumer_watch consumers_;
    doctor_watch doctor_;
    boost::asio::steady_timer deadline_{io_};
    std::vector<std::string> listeners_;
    way_of_io io_way_;
    std::vector<std::unique_ptr<shard>> shards_;
    admin::tap_hub taps_;
    std::unique_ptr<admin::http_server> admin_;
    std::uint64_t started_ns_ = 0;
    std::uint64_t started_unix_ns_ = 0;
    std::size_t shards_draining_ = 0;
    stats::reload_counts reloads_;
    std::uint64_t rules_replaced_ = 0;
    int exit_code_ = 0;
    bool draining_ = false;
};

}  // namespace respguard::app
