// Where rules are found again when all of them have been replaced.
//
// Counters, waiting refusals, rate limits know a rule by its index only. An operator knows it by
// its id, so that is what it is found by.
#pragma once

#include "respguard/policy/rule_set.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace respguard::policy {

class rule_places {
public:
    rule_places(rule_set const& before, rule_set const& after);

    /// The index that the rule has now; no_rule if it is gone, or was no_rule.
    [[nodiscard]] std::uint16_t of(std::uint16_t rule) const noexcept;
    /// True if it is still there and has the same `request_bytes_over`.
    [[nodiscard]] bool keeps_size_limit(std::uint16_t rule) const noexcept;
    /// True if it is still there and has the same rate limit.
    [[nodiscard]] bool keeps_rate(std::uint16_t rule) const noexcept;

    [[nodiscard]] std::size_t rules_before() const noexcept { return places_.size(); }
    [[nodiscard]] std::size_t rules_after() const noexcept { return rules_after_; }

private:
    struct place {
        std::uint16_t index = no_rule;
        bool same_size_limit = false;
        bool same_rate = false;
    };
    std::vector<place> places_;  // By the index before.
    std::size_t rules_after_;
};

}  // namespace respguard::policy
