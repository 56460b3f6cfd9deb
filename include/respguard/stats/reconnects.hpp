// Finds clients that connect again and again though no rule refuses them anything.
//
// relay's storm_detector is about those that a rule refuses; each is told once.
#pragma once

#include "respguard/stats/notices.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace respguard::stats {

/// How one connection was and ended.
struct ended_connection {
    std::string_view host;  ///< Address without the port: the next connection has another one.
    std::string_view client;
    std::string_view name;
    std::string_view by;      ///< "client", "upstream", "guard"
    std::string_view reason;  ///< Why it ended.
    std::uint64_t age_ns = 0;
    std::uint64_t errors = 0;  ///< Error replies of upstream.
    bool broken = false;       ///< Not in order, or with requests in flight.
};

/// Used on its shard's thread. Bounded: remembers hosts_max addresses, the newest.
class reconnects {
public:
    static constexpr std::size_t hosts_max = 64;
    /// A connection that lived longer is none of those.
    static constexpr std::uint64_t short_ns = 10'000'000'000;
    static constexpr std::uint64_t window_ns = 30'000'000'000;
    /// So many short ones within the window that ended behind an error or broken,
    static constexpr std::uint32_t bad_min = 5;
    /// or so many of whatever kind: no errors, but connecting costs more than the commands.
    static constexpr std::uint32_t any_min = 60;
    /// The same address is told again after this long.
    static constexpr std::uint64_t again_ns = 600'000'000'000;

    explicit reconnects(notices::sink tell) : tell_(std::move(tell)) {}

    void on_closed(ended_connection const& what, std::uint64_t now_ns);
    [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

private:
    struct place {
        std::string host;
        std::uint32_t connections = 0;
        std::uint32_t with_errors = 0;
        std::uint32_t broken = 0;
        std::uint64_t since_ns = 0;
        std::uint64_t last_ns = 0;
        std::uint64_t told_ns = 0;
    };
    place& place_of(std::string_view host);

    notices::sink tell_;
    std::array<place, hosts_max> places_;
    std::uint64_t total_ = 0;
};

}  // namespace respguard::stats
