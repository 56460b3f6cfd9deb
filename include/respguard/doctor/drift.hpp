// Notices when the server is no longer what it was: somebody changed it behind our back.
//
// One event for each change, none while it stays. Pure: facts and a time in, events out.
#pragma once

#include "respguard/doctor/facts.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace respguard::doctor {

/// Something worth telling. `type` is stable: "drift.maxmemory_policy".
struct event {
    std::string type;
    std::string text;  ///< One line, printable.
    std::vector<std::pair<std::string, std::string>>
        fields;  ///< "old", "new", "old_seen_unix_ms", ...
};

/// A number that crosses limits. Has to stay beyond one for `rounds` looks, and to fall well below
/// it before that limit counts as left: a value at the edge gives no stream of events.
class level {
public:
    level(std::vector<double> limits, double leave_factor, int rounds);

    /// @return The level before, if it changed. Level n: n limits are reached.
    std::optional<int> update(double value);
    [[nodiscard]] int now() const noexcept { return now_; }
    /// The outermost limit between the level `before` and this one.
    [[nodiscard]] double crossed_since(int before) const;
    /// No other level is being counted towards.
    [[nodiscard]] bool is_settled() const noexcept { return seen_ == 0; }

private:
    std::vector<double> limits_;
    double leave_factor_;
    int rounds_;
    int now_ = 0;
    int wanted_ = 0;
    int seen_ = 0;
};

class drift_watch {
public:
    using clock = std::chrono::system_clock;

    /// A value, and when it was last seen.
    struct known {
        std::string value;
        clock::time_point seen;
    };

    drift_watch();

    /// Compares with the look before. The first one gives no events but for limits already crossed.
    /// What cannot be read keeps its last known value.
    [[nodiscard]] std::vector<event> look(facts const& from, clock::time_point now);

private:
    struct watched_level {
        level of;
        known last;
    };

    void compare_settings(facts const& from, clock::time_point now, std::vector<event>& out);
    void compare_evictions(facts const& from, clock::time_point now, std::vector<event>& out);
    void compare_memory(facts const& from, clock::time_point now, std::vector<event>& out);
    void compare_round_trip(facts const& from, clock::time_point now, std::vector<event>& out);

    std::map<std::string, known, std::less<>> settings_;
    std::optional<double> evicted_;
    clock::time_point evicted_seen_;
    int quiet_rounds_ = 0;  ///< Looks until evictions count as over.
    watched_level memory_;
    watched_level round_trip_;
};

}  // namespace respguard::doctor
