// The few replies the guard gives itself, as 32 bits that fit an in-flight entry.
//
// The text is made when it is due: a client that floods us with refused requests and does not read
// costs 40 bytes each, not a string.
#pragma once

#include "respguard/command/command_table.hpp"
#include "respguard/policy/rule_places.hpp"
#include "respguard/policy/rule_set.hpp"
#include "respguard/resp/protocol_error.hpp"

#include <cstdint>
#include <string>

namespace respguard::relay {

class local_reply {
public:
    enum class kind : std::uint8_t {
        denied,     ///< By a rule.
        too_large,  ///< By a rule about the size, or larger than a limit of the guard.
        nul_in_name,
        nul_in_subcommand,
        nul_in_config_set,
        unsafe_in_multi,
        protocol_error,
    };

    [[nodiscard]] static local_reply denied(std::uint16_t rule) noexcept
    {
        return local_reply(kind::denied, rule);
    }
    [[nodiscard]] static local_reply too_large(std::uint16_t rule) noexcept
    {
        return local_reply(kind::too_large, rule);
    }
    [[nodiscard]] static local_reply of(kind what) noexcept
    {
        return local_reply(what, policy::no_rule);
    }
    [[nodiscard]] static local_reply of(resp::protocol_error const& error) noexcept;
    [[nodiscard]] static local_reply from_detail(std::uint32_t detail) noexcept
    {
        local_reply reply(kind::denied, 0);
        reply.detail_ = detail;
        return reply;
    }

    [[nodiscard]] std::uint32_t detail() const noexcept { return detail_; }
    [[nodiscard]] kind what() const noexcept { return static_cast<kind>(detail_ >> 24U); }
    [[nodiscard]] std::uint16_t rule() const noexcept
    {
        return static_cast<std::uint16_t>(detail_);
    }

    /// The whole line with CR LF. `hold_bytes`: the limit in force where no rule set one.
    [[nodiscard]] std::string text(command::command_id command, policy::rule_set const& rules,
                                   std::uint64_t hold_bytes) const;
    /// The same reply when the rules have been replaced. It names only what is still true: no rule
    /// that is gone, no limit that is another one now.
    [[nodiscard]] local_reply renumbered(policy::rule_places const& places) const noexcept;
    /// In words for the log: "denied", "nul in name".
    [[nodiscard]] char const* reason() const noexcept;

private:
    local_reply(kind what, std::uint16_t rule) noexcept
        : detail_(static_cast<std::uint32_t>(what) << 24U | rule)
    {
    }

    std::uint32_t detail_;
};

}  // namespace respguard::relay
