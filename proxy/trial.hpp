// What the guard would do to one command; nothing is sent.
#pragma once

#include "respguard/config/load.hpp"
#include "respguard/policy/rule_set.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace respguard::proxy {

struct trial {
    policy::action what = policy::action::allow;
    policy::rule_settings const* rule =
        nullptr;        ///< Borrowed from the rules; null: no rule did it.
    std::string why;    ///< In words, if no rule did it.
    std::string reply;  ///< What the client sees, without CR LF; empty: Redis's answer, or none.
    policy::rule_settings const* shadow = nullptr;  ///< A shadow rule that matched.
    std::string command;                            ///< As the statistics call it.
    std::uint64_t size_bytes = 0;
};

/// Judges in the order of the data path: NUL bytes, cross-protocol, rules.
///
/// @param arguments At least the command's name.
/// @param size_bytes If not 0, the request is taken to be so large.
[[nodiscard]] trial try_command(std::vector<std::string> const& arguments, std::uint64_t size_bytes,
                                policy::rule_set const& rules, policy::sender const& from);

/// Five lines or so for a person.
[[nodiscard]] std::string report(trial const& seen, config::loaded const& configuration);

/// `\xHH`, `\n`, `\r`, `\t`, `\0` and `\\` as the byte they stand for; other text as it is.
[[nodiscard]] std::string unescaped(std::string const& text);

}  // namespace respguard::proxy
