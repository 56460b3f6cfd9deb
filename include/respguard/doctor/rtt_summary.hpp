// What was measured of the way to a server, in a few numbers.
#pragma once

#include "respguard/doctor/facts.hpp"

#include <chrono>
#include <cstddef>
#include <optional>

namespace respguard::doctor {

struct rtt_summary {
    using time = std::optional<std::chrono::nanoseconds>;  ///< None: not measured.

    time p50, p99, least;     ///< Of PING on a warm connection.
    time connect_least;       ///< Of the TCP handshakes.
    time tcp_least;           ///< The kernel's own: TCP_INFO min_rtt.
    std::size_t samples = 0;  ///< PINGs.
    bool proxied = false;     ///< The connection ends at something in between.

    /// The part that is not the server's: the least of all that was measured. None without PINGs.
    [[nodiscard]] time network() const;
};

[[nodiscard]] rtt_summary summarise(round_trips const& rtt);

}  // namespace respguard::doctor
