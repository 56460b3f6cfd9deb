// What PINGs and INFO commandstats tell about upstream: its network, and how busy it is.
#pragma once

#include "respguard/stats/time_split.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace respguard::stats {

/// Fed by the probe, on one thread; monotonic nanoseconds.
class upstream_clock {
public:
    /// A PING was answered after so long; the kernel's own estimate of the path, 0: none.
    void on_ping(std::uint64_t round_trip_ns, std::uint64_t path_ns) noexcept;
    /// The reply to INFO commandstats. Two of them make an interval.
    void on_commandstats(std::string_view info, std::uint64_t now_ns);
    /// The reply to INFO latencystats, from Redis 7.0 on.
    void on_latencystats(std::string_view info);
    /// There is none, or no more: `why`, in words.
    void forget_latencystats(std::string_view why);
    /// INFO is denied, or upstream was away: what was counted can not be compared any more.
    void forget_commandstats() noexcept;

    [[nodiscard]] upstream_timing const& timing() const noexcept { return timing_; }

private:
    /// So many of the newest PINGs: the quickest of them had nothing to wait for.
    static constexpr std::size_t pings_kept = 15;

    std::array<std::uint64_t, pings_kept> pings_{};
    std::size_t next_ping_ = 0;
    std::map<std::string, std::uint64_t, std::less<>> usec_;  ///< By command, at the last look.
    std::uint64_t looked_ns_ = 0;
    upstream_timing timing_;
};

/// "evalsha" and 1234 of "cmdstat_evalsha:calls=7,usec=1234,usec_per_call=176.29,..."; none if it
/// is another line.
struct command_time {
    std::string_view command;
    std::uint64_t usec = 0;
};
[[nodiscard]] std::optional<command_time> read_cmdstat(std::string_view line) noexcept;

/// Of "latency_percentiles_usec_get:p50=1.003,p99=2.007,p99.9=5.023"; none if it is another line,
/// or latency-tracking-info-percentiles leaves out p50 and p99.
[[nodiscard]] std::optional<server_percentiles> read_percentiles(std::string_view line);

}  // namespace respguard::stats
