// Decides about one request: what cannot be framed or understood safely, then the rules.
#pragma once

#include "respguard/policy/rule_set.hpp"
#include "respguard/resp/request_parser.hpp"

#include <cstdint>
#include <optional>

#include "relay/connection_state.hpp"
#include "relay/local_reply.hpp"
#include "relay/name_memo.hpp"

namespace respguard::relay {

/// What can be seen of a request before or when it is judged.
struct request_head {
    /// First argument, cut at 128 bytes if it is longer; of a renamed command its real name.
    byte_view name;
    byte_view subcommand;  ///< Second argument if the command is a container, else empty.
    command::identity is;
};

struct [[nodiscard]] judgement {
    policy::verdict verdict;
    /// What the client gets instead of an answer; none: forward.
    std::optional<local_reply> refusal;
    /// Close both sides at once, without a reply (POST, Host:, action close).
    bool close = false;
};

/// A longer name is no command of the table; a NUL that could make it look like one stands earlier.
inline constexpr std::size_t name_bytes_max = 128;

/// The head of the request that starts at `input`, or none if more bytes are needed to know it.
[[nodiscard]] std::optional<request_head> head_of(resp::request_parser const& parser,
                                                  byte_view input,
                                                  policy::rule_set const& rules) noexcept;
/// The same for a request that is complete; `request` is all of it. `names` is what earlier ones
/// were found to be by these rules.
[[nodiscard]] request_head head_of_whole(resp::request_parser const& parser, byte_view request,
                                         policy::rule_set const& rules, name_memo& names) noexcept;

/// True if nothing may be decided before the whole request is there: its arguments change the
/// connection's state, or a rule looks at them.
[[nodiscard]] bool needs_whole(command::command_traits const& traits, policy::rule_set const& rules,
                               command::command_id id) noexcept;

/// Pure; the order is that of DANGER.md: NUL, close, rules, what is unsafe inside MULTI.
judgement judge(request_head const& head, policy::request_facts const& facts,
                policy::rule_set const& rules, bool in_multi) noexcept;

}  // namespace respguard::relay
