// Puts what the relay tells into the log, and what an operator may want to know into the events.
#pragma once

#include "respguard/policy/rule_places.hpp"
#include "respguard/policy/rule_set.hpp"
#include "respguard/relay/observer.hpp"
#include "respguard/stats/command_log.hpp"
#include "respguard/stats/event.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace respguard::app {

/// One per shard, used on its thread only.
class event_log final : public relay::observer {
public:
    /// Takes an event; called on the shard's thread, must return soon.
    using event_sink = std::function<void(stats::event)>;

    /// @param rules Borrowed. When they have been replaced, call renumber_rules().
    event_log(policy::rule_set const& rules, event_sink tell);
    void renumber_rules(policy::rule_places const& places);

    void on_judged(relay::client_info const& client, relay::judged_request const& request) override;
    void on_storm(relay::client_info const& client, relay::refused_storm const& what) override;
    void on_connected(relay::client_info const& client) override;
    void on_refused(std::string_view address, std::uint32_t clients_max) override;
    void on_held(relay::client_info const& client, int error) override;
    void on_closed(relay::client_info const& client, relay::closed_client const& how) override;
    /// Who else wants to know how connections end.
    using end_sink = std::function<void(relay::client_info const&, relay::closed_client const&)>;
    void also_tell_ends(end_sink tell) { tell_end_ = std::move(tell); }
    /// An entry of the slow log, or of those of large requests and replies.
    void on_logged(stats::logged_command const& entry);

private:
    /// A rule that is hit by every request must not fill the disk: after so many lines within a
    /// second the rest is counted and told with the next line. Counters and /rules always count
    /// all.
    static constexpr std::uint32_t lines_per_second = 10;
    struct budget {
        std::uint64_t every_ns = 0;  ///< Of the rule; 0: lines_per_second.
        std::uint64_t last_ns = 0;
        std::uint64_t second = 0;
        std::uint32_t lines = 0;
        std::uint64_t left_out = 0;
    };
    void read_intervals();
    /// True if a line may be written; `left_out` gets the number that was not since the last one.
    [[nodiscard]] static bool may_write(budget& of, std::uint64_t& left_out) noexcept;

    policy::rule_set const& rules_;
    event_sink tell_;
    end_sink tell_end_;
    std::vector<budget> budgets_;  // By rule; the last one is for built-in refusals.
    budget closed_;
    budget held_;
    std::array<budget, stats::log_kind_names.size()> logged_;
    budget refused_;
};

}  // namespace respguard::app
