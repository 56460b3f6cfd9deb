#include "relay/local_reply.hpp"

#include "respguard/policy/reply_text.hpp"

namespace respguard::relay {

local_reply local_reply::of(resp::protocol_error const& error) noexcept
{
    auto const code = static_cast<std::uint32_t>(error.what);
    auto const got = static_cast<std::uint32_t>(static_cast<unsigned char>(error.got));
    return from_detail(static_cast<std::uint32_t>(kind::protocol_error) << 24U | code << 8U | got);
}

std::string local_reply::text(command::command_id command, policy::rule_set const& rules,
                              std::uint64_t hold_bytes) const
{
    switch (what()) {
    case kind::denied:
        if (rule() == policy::no_rule) return policy::denied_text(command, {});
        return policy::denied_text(command, rules.rules()[rule()].id);
    case kind::too_large: {
        bool const by_rule = rule() != policy::no_rule;
        return policy::too_large_text(
            by_rule ? rules.rules()[rule()].match.request_bytes_over.value_or(hold_bytes)
                    : hold_bytes);
    }
    case kind::nul_in_name: return policy::nul_text("a command name");
    case kind::nul_in_subcommand: return policy::nul_text("a subcommand name");
    case kind::nul_in_config_set: return policy::nul_text("CONFIG SET");
    case kind::unsafe_in_multi: return policy::multi_text(command);
    case kind::protocol_error: {
        resp::protocol_error error;
        error.what = static_cast<resp::protocol_error::code>(detail_ >> 8U & 0xFFU);
        error.got = static_cast<char>(detail_ & 0xFFU);
        return resp::to_reply(error);
    }
    }
    return {};
}

local_reply local_reply::renumbered(policy::rule_places const& places) const noexcept
{
    bool const by_rule = what() == kind::denied || what() == kind::too_large;
    if (!by_rule || rule() == policy::no_rule) return *this;
    bool const same = what() == kind::denied || places.keeps_size_limit(rule());
    return local_reply(same ? what() : kind::denied, places.of(rule()));
}

char const* local_reply::reason() const noexcept
{
    switch (what()) {
    case kind::denied: return "denied";
    case kind::too_large: return "too large";
    case kind::nul_in_name: return "NUL byte in the command name";
    case kind::nul_in_subcommand: return "NUL byte in the subcommand name";
    case kind::nul_in_config_set: return "NUL byte in CONFIG SET";
    case kind::unsafe_in_multi: return "not supported inside MULTI";
    case kind::protocol_error: return "protocol error";
    }
    return "";
}

}  // namespace respguard::relay
