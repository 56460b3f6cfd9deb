// Asks upstream now and then whether it answers, on a connection of our own.
#pragma once

#include "respguard/net/endpoint.hpp"
#include "respguard/stats/upstream_clock.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <functional>
#include <string>

namespace respguard::app {

struct probe_connection;

/// Sends PING; any reply, an error too (NOAUTH, LOADING), means that upstream is there. Then INFO
/// commandstats and latencystats, unless that is denied. Lives on the control thread.
class upstream_probe {
public:
    upstream_probe(boost::asio::io_context& io, net::upstream_url where,
                   std::chrono::milliseconds interval);

    /// Called when upstream does not answer any more, or did not from the start (false), and when
    /// it answers again (true). Set before start().
    std::function<void(bool)> on_change;

    /// Starts asking; off if the interval is 0.
    void start();
    void stop();

    [[nodiscard]] bool is_up() const noexcept { return up_; }
    [[nodiscard]] bool was_up() const noexcept { return was_up_; }
    [[nodiscard]] bool is_off() const noexcept { return interval_.count() == 0; }
    /// What that tells about its network, and how busy it is.
    [[nodiscard]] stats::upstream_timing const& timing() const noexcept { return clock_.timing(); }
    /// Why it is not up.
    [[nodiscard]] std::string const& why() const noexcept { return why_; }

private:
    boost::asio::awaitable<void> run();
    /// One connection: asks until it fails, then says why.
    boost::asio::awaitable<std::string> ask_until_it_fails();
    /// One round of questions on a connection that stands.
    boost::asio::awaitable<boost::system::error_code> ask_all(probe_connection& on);
    void set_up(bool up, std::string why);

    boost::asio::io_context& io_;
    net::upstream_url where_;
    stats::upstream_clock clock_;
    std::chrono::milliseconds interval_;
    boost::asio::steady_timer pause_;
    std::string why_ = "not asked yet";
    bool up_ = false;
    bool was_up_ = false;
    bool lost_ = false;  ///< on_change(false) was the last one.
    bool stopped_ = false;
};

}  // namespace respguard::app
