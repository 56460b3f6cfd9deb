// Finds clients that are refused, hang up, reconnect and are refused again.
//
// A retry loop costs such an application everything: each error ends its connection. Nobody sees it
// in one connection's numbers, because every connection is new.
#pragma once

#include "respguard/policy/rule_list.hpp"
#include "respguard/policy/rule_places.hpp"
#include "respguard/policy/verdict.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace respguard::relay {

/// One address, one rule.
struct storm {
    std::uint16_t rule = policy::no_rule;
    std::uint32_t connections = 0;  ///< Refused and ended ...
    std::uint64_t within_ns = 0;    ///< ... in this time.
};

/// One per shard. Bounded: remembers places_max pairs of address and rule, the newest.
class storm_detector {
public:
    static constexpr std::size_t places_max = 256;
    /// So many refused connections of one address within the window are a storm.
    static constexpr std::uint32_t connections_min = 5;
    static constexpr std::uint64_t window_ns = 30'000'000'000;
    /// The same storm is told again after this long.
    static constexpr std::uint64_t told_again_ns = 60'000'000'000;
    /// After the last refused connection, a storm is over.
    static constexpr std::uint64_t over_ns = 300'000'000'000;

    /// A connection ended that this rule had refused something of. To be told of each such rule.
    ///
    /// @param address Without the port: the next connection has another one.
    /// @return What to tell, if there is anything new.
    std::optional<storm> on_refused_end(std::string_view address, std::uint16_t rule,
                                        std::uint64_t now_ns);

    /// The rules that caused a storm of this address which is not over.
    [[nodiscard]] policy::rule_list rules_of_storm(std::string_view address,
                                                   std::uint64_t now_ns) const noexcept;

    /// The rules have been replaced: what a rule caused that is gone is forgotten.
    void renumber_rules(policy::rule_places const& places);

private:
    struct place {
        std::string address;
        std::uint16_t rule = policy::no_rule;
        std::uint32_t connections = 0;
        std::uint64_t since_ns = 0;
        std::uint64_t last_ns = 0;
        std::uint64_t told_ns = 0;  ///< 0: no storm.
    };

    place& place_of(std::string_view address, std::uint16_t rule);

    std::array<place, places_max> places_;
};

}  // namespace respguard::relay
