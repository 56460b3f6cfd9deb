// Posts events as JSON to a URL.
//
// Runs on the HTTP server's thread. Its queue is what the hub keeps: while the receiver is away,
// nothing grows and nobody waits; what is not kept any more when it is back is counted as dropped.
#pragma once

#include "respguard/admin/event_settings.hpp"
#include "respguard/stats/event.hpp"

#include <cstddef>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace respguard::admin {

class event_hub;

class webhook {
public:
    /// At most so many events in one POST.
    static constexpr std::size_t batch_max = 100;

    /// @param io, hub Outlive this object.
    webhook(boost::asio::io_context& io, event_hub& hub, webhook_settings settings);
    ~webhook();
    webhook(webhook const&) = delete;
    webhook& operator=(webhook const&) = delete;

    /// Posts what comes from now on; nothing if there is no URL. Ends when the hub is stopped.
    void start();

    /// Fills in the webhook's part.
    void count(stats::event_counts& into) const;

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace respguard::admin
