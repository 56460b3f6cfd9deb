// Which keys are used most, lately. Off unless configured: it looks at every command.
#pragma once

#include "respguard/stats/finished_command.hpp"
#include "respguard/stats/heavy_hitters.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace respguard::stats {

struct hot_key_settings {
    /// So many are shown; 0: nothing is counted.
    std::uint32_t shown = 0;
    /// Families ("iam:*:*") instead of keys: these may not be seen, so they are not kept either.
    bool masked = false;

    friend bool operator==(hot_key_settings const&, hot_key_settings const&) = default;
};

/// What the last one to two periods brought.
struct hot_key_counts {
    hot_key_settings settings;
    hitter_counts counted;
    std::uint64_t period_ns = 0;  ///< So long ago the first of it was.

    void merge(hot_key_counts const& other);
};

/// Of one shard, on its thread. Keys that stand in a request's first bytes (kept_request_bytes);
/// a key that a request names twice is used twice.
class hot_keys final : public command_listener {
public:
    static constexpr std::chrono::seconds period{30};
    /// For each key shown: what is used by one in (shown * 16) of all can not get lost.
    static constexpr std::size_t counters_per_key = 16;

    /// @param settings `shown` is not 0.
    hot_keys(command_watch& watch, hot_key_settings settings, std::uint64_t now_ns);
    ~hot_keys() { watch_.remove(*this); }
    hot_keys(hot_keys const&) = delete;
    hot_keys& operator=(hot_keys const&) = delete;

    void on_finished(finished_command const& what) noexcept override;
    [[nodiscard]] hot_key_settings const& settings() const noexcept { return settings_; }
    [[nodiscard]] hot_key_counts counts(std::uint64_t now_ns);

private:
    void turn(std::uint64_t now_ns) noexcept;

    command_watch& watch_;
    hot_key_settings settings_;
    heavy_hitters now_;
    heavy_hitters before_;
    std::uint64_t began_ns_;         ///< When now_ began,
    std::uint64_t before_began_ns_;  ///< and before_.
};

}  // namespace respguard::stats
