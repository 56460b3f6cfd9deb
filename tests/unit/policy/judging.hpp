// What the tests of the policy share: requests, their facts, rules in a few words.
#pragma once

#include "respguard/policy/rule_set.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace respguard::policy::test {

using words = std::vector<std::string>;

[[nodiscard]] inline std::string canonical(words const& arguments)
{
    std::string request = "*" + std::to_string(arguments.size()) + "\r\n";
    for (std::string const& a : arguments) {
        request += "$" + std::to_string(a.size()) + "\r\n" + a + "\r\n";
    }
    return request;
}

/// As the relay judges it; `size_bytes` instead of the true size if it is given.
[[nodiscard]] inline verdict judge(rule_set const& rules, words const& arguments,
                                   std::optional<std::uint64_t> size_bytes = {},
                                   sender const* from = nullptr)
{
    std::string const bytes = canonical(arguments);
    request_facts facts;
    facts.name = arguments.at(0);
    if (arguments.size() > 1 && command::needs_subcommand(arguments[0])) {
        facts.subcommand = arguments[1];
    }
    facts.command = command::identify(facts.name, facts.subcommand).id;
    facts.size_bytes = size_bytes.value_or(bytes.size());
    facts.canonical = bytes;
    facts.arguments = static_cast<std::uint32_t>(arguments.size());
    facts.from = from;
    return rules.judge(facts);
}

/// "reject flush"; "allow" alone if no rule matched.
[[nodiscard]] inline std::string say(rule_set const& rules, verdict given)
{
    std::string text(to_string(given.what));
    if (given.rule != no_rule) text += " " + rules.rules()[given.rule].id;
    return text;
}

[[nodiscard]] inline std::string said(rule_set const& rules, words const& arguments,
                                      std::optional<std::uint64_t> size_bytes = {})
{
    return say(rules, judge(rules, arguments, size_bytes));
}

/// A rule about commands.
[[nodiscard]] inline rule_settings rule(std::string id, words commands, action what)
{
    rule_settings made;
    made.id = std::move(id);
    made.match.commands = std::move(commands);
    made.what = what;
    return made;
}

/// A rule about the size of every request.
[[nodiscard]] inline rule_settings size_rule(std::string id, std::uint64_t over, action what)
{
    rule_settings made = rule(std::move(id), {}, what);
    made.match.request_bytes_over = over;
    return made;
}

/// A rule about CONFIG SET.
[[nodiscard]] inline rule_settings config_rule(std::string id, words params, words values,
                                               action what)
{
    rule_settings made = rule(std::move(id), {"config|set"}, what);
    made.match.params = std::move(params);
    made.match.values = std::move(values);
    return made;
}

/// @throws if they do not compile: the test is wrong.
[[nodiscard]] inline rule_set compiled(std::vector<rule_settings> rules, bool enforce = true)
{
    policy_settings settings;
    settings.rules = std::move(rules);
    settings.enforce = enforce;
    return rule_set::compile(settings).value();
}

/// FLUSHALL refused, and what the client then reads.
[[nodiscard]] inline rule_set flush_rule()
{
    return compiled({rule("f", {"flushall"}, action::reject)});
}
inline constexpr std::string_view flush_denied =
    "-ERR respguard: command 'flushall' denied by policy (rule=f)\r\n";

/// Why these rules do not compile; empty if they do.
[[nodiscard]] inline std::string fault_of(std::vector<rule_settings> rules)
{
    policy_settings settings;
    settings.rules = std::move(rules);
    auto const made = rule_set::compile(settings);
    return made ? std::string{} : made.error().text;
}

}  // namespace respguard::policy::test
