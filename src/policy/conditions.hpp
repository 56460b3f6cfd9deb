// The conditions of a rule (or of its `not`) with their patterns parsed.
#pragma once

#include "respguard/base/result.hpp"
#include "respguard/policy/settings.hpp"

#include <optional>
#include <vector>

#include "policy/argument_check.hpp"
#include "policy/config_check.hpp"
#include "policy/name_pattern.hpp"
#include "policy/sender_check.hpp"

namespace respguard::policy {

struct conditions {
    std::vector<name_pattern> names;  ///< Empty: every command.
    std::optional<config_check> config;
    std::optional<argument_check> arguments;
    std::optional<sender_check> sender;

    [[nodiscard]] static parsed<conditions> make(condition_settings const& match);

    /// Whether requests of this command can hold; `depends`: on their name.
    [[nodiscard]] cover covers(command::command_id id) const;
    /// Where covers() says so.
    [[nodiscard]] bool names_match(request_facts const& facts) const noexcept;

    /// All but the names. `pair`: null if it is not about one pair of a CONFIG SET.
    /// @param cut Set if bytes were missing.
    [[nodiscard]] tri match(request_facts const& facts, config_pair const* pair,
                            bool& cut) const noexcept;

    /// True if nothing but commands is looked at.
    [[nodiscard]] bool names_only() const noexcept { return !config && !arguments && !sender; }
};

}  // namespace respguard::policy
