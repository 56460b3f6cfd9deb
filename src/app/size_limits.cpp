#include "app/size_limits.hpp"

#include "respguard/command/command_table.hpp"

#include <cstddef>

namespace respguard::app {

namespace {

std::string rule_named(policy::rule_set const& rules, policy::verdict const& by)
{
    if (by.rule >= rules.rules().size()) return "a rule";
    return "rule " + rules.rules()[by.rule].id;
}

stats::size_limit request_limit(policy::rule_set const& rules, command::command_id id)
{
    std::uint64_t const over = rules.refuse_over_bytes(id);
    if (over == policy::no_limit) return {};
    policy::request_facts facts;
    facts.command = id;
    facts.size_bytes = over + 1;
    return {over, rule_named(rules, rules.judge(facts))};
}

stats::size_limit reply_limit(policy::rule_set const& rules, command::command_id id)
{
    std::uint64_t const over = rules.reply_active_over(id);
    if (over == policy::no_limit) return {};
    auto const verdict = rules.judge_reply({.command = id, .size_bytes = over + 1});
    if (verdict.what != policy::action::close) return {};
    return {over, rule_named(rules, verdict)};
}

}  // namespace

stats::size_limits size_limits_of(policy::rule_set const& rules,
                                  relay::relay_settings const& settings)
{
    stats::size_limits made;
    std::size_t const commands = command::table().size();
    made.requests.reserve(commands);
    made.replies.reserve(commands);
    for (std::size_t i = 0; i < commands; ++i) {
        auto const id = static_cast<command::command_id>(i);
        made.requests.push_back(request_limit(rules, id));
        made.replies.push_back(reply_limit(rules, id));
    }
    made.argument = {settings.bulk_bytes, "limits.argument"};
    return made;
}

}  // namespace respguard::app
