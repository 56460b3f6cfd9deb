// Where everything that an operator may want to know at once comes together.
#pragma once

#include "respguard/admin/event_hub.hpp"
#include "respguard/admin/event_settings.hpp"
#include "respguard/admin/webhook.hpp"
#include "respguard/stats/event.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace respguard::app {

/// Lives on the control thread.
class event_desk {
public:
    /// Between the shards and the control thread; more are dropped and counted.
    static constexpr std::size_t handover_max = 1'000;

    /// @param io Runs the control thread; outlives this object.
    event_desk(boost::asio::io_context& io, admin::event_settings const& settings);

    /// Posts to the webhook, if there is one, what is recorded from now on.
    void start() { webhook_.start(); }
    /// Keeps, tells and logs it; fills in the time if it has none. Control thread only.
    void record(stats::event what);
    /// The same for what concerns the guard as a whole.
    void record(stats::event_type type, std::string reason);

    /// From any thread, for what is in the log already: never waits for the control thread.
    void hand_over(stats::event what);

    [[nodiscard]] admin::event_hub& hub() noexcept { return hub_; }
    [[nodiscard]] stats::event_counts counts() const;
    /// Those that the page shows, oldest first.
    [[nodiscard]] std::vector<stats::event> newest() const;
    /// Ends what waits for events.
    void stop() { hub_.stop(); }

private:
    void take_handed_over();
    void keep(stats::event what);

    boost::asio::io_context& io_;
    admin::event_hub hub_;
    admin::webhook webhook_;
    stats::event_counts counts_;
    mutable std::mutex mutex_;  // Of the two below.
    std::vector<stats::event> handed_over_;
    std::uint64_t handover_dropped_ = 0;
};

}  // namespace respguard::app
