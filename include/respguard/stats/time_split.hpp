// Where the time of one command's round trips went, for the slow ones apart.
#pragma once

#include "respguard/stats/finished_command.hpp"

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::stats {

/// Sums of time_parts over some round trips.
struct time_sums {
    std::uint64_t count = 0;
    std::uint64_t round_trip_ns = 0;
    time_parts parts;

    time_sums& operator+=(time_sums const& other) noexcept;
    time_sums& operator-=(time_sums const& earlier) noexcept;
    /// The average round trip and its parts; count stays.
    [[nodiscard]] time_sums average() const noexcept;
};

/// Sums apart by the round trip's power of two in microseconds, so that what the slowest hundredth
/// waited for can be told though each observation costs a few additions. Constant size, no
/// allocation.
class time_split {
public:
    /// `times` round trips that were alike.
    void add(time_parts const& parts, std::uint64_t round_trip_ns, std::uint32_t times = 1) noexcept
    {
        time_sums& to = cells_[cell_of(round_trip_ns)];
        to.count += times;
        to.round_trip_ns += round_trip_ns * times;
        to.parts.guard_ns += parts.guard_ns * times;
        to.parts.behind_ns += parts.behind_ns * times;
        to.parts.upstream_ns += parts.upstream_ns * times;
        if ((parts.transfer_ns | parts.client_ns) == 0) [[likely]]
            return;  // It came in one read, to a client that takes what there is.
        to.parts.transfer_ns += parts.transfer_ns * times;
        to.parts.client_ns += parts.client_ns * times;
    }
    void merge(time_split const& other) noexcept;
    /// What came since `earlier`, a copy of this one.
    [[nodiscard]] time_split since(time_split const& earlier) const noexcept;

    [[nodiscard]] time_sums all() const noexcept;
    /// Of the slowest: as many powers of two from above as hold at least the share 1 - q.
    [[nodiscard]] time_sums slowest(double q) const noexcept;

private:
    /// Below 1 us, 1 us, 2-3 us, ... from 2^18 us (0.26 s) on.
    static constexpr std::size_t cells_count = 20;
    [[nodiscard]] static constexpr std::size_t cell_of(std::uint64_t ns) noexcept
    {
        // Divided by 1024: a division by 1000 costs more and decides nothing.
        auto const width = static_cast<std::size_t>(std::bit_width(ns >> 10U));
        return width < cells_count ? width : cells_count - 1;
    }

    std::array<time_sums, cells_count> cells_{};
};

/// All there ever was, and what was lately: the last one to two periods.
class split_window {
public:
    static constexpr std::chrono::seconds period{30};

    void add(time_parts const& parts, std::uint64_t round_trip_ns, std::uint32_t times = 1) noexcept
    {
        all_.add(parts, round_trip_ns, times);
    }
    void rotate() noexcept
    {
        before_ = then_;
        then_ = all_;
    }
    void merge(split_window const& other) noexcept
    {
        all_.merge(other.all_);
        then_.merge(other.then_);
        before_.merge(other.before_);
    }
    [[nodiscard]] time_split const& all() const noexcept { return all_; }
    [[nodiscard]] time_split lately() const noexcept { return all_.since(before_); }

private:
    time_split all_;
    time_split then_;    ///< As it was at the last turn,
    time_split before_;  ///< and at the one before.
};

/// Execution times of one command as Redis measures them, microseconds.
struct server_percentiles {
    std::string command;
    double p50_us = 0;
    double p99_us = 0;
    double p99_9_us = 0;
};

/// What is known about upstream apart from the commands themselves.
struct upstream_timing {
    bool known = false;
    std::uint64_t network_ns = 0;  ///< A round trip without anything to do, at its best lately.
    /// The same path by the kernel's estimate, which no busy server can delay; 0: none.
    std::uint64_t path_ns = 0;
    bool server_known = false;
    double busy_share = 0;  ///< Share of the last interval that the server executed commands.
    std::string busiest;    ///< The command it spent most of that on.
    /// How long upstream itself says that commands ran, since its start or CONFIG RESETSTAT.
    std::vector<server_percentiles> percentiles;
    /// Why there are none; empty: there are.
    std::string no_percentiles = "not asked yet";
};

/// One part in numbers and words.
struct named_part {
    std::string_view name;   ///< "network", "server", "behind", "transfer", "client", "guard"
    std::string_view words;  ///< "waiting behind earlier commands on the same connection"
    std::uint64_t ns = 0;
};

/// An average round trip taken apart: what upstream took is network as far as a round trip without
/// work takes so long, the rest is the server.
[[nodiscard]] std::array<named_part, 6> named_parts(time_sums const& average,
                                                    upstream_timing const& upstream) noexcept;

/// "8.1 ms: 7.4 ms waiting behind earlier commands on the same connection". Empty for no calls.
[[nodiscard]] std::string in_words(time_sums const& average, upstream_timing const& upstream);

}  // namespace respguard::stats
