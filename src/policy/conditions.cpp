#include "policy/conditions.hpp"

#include "respguard/base/bytes.hpp"

#include <algorithm>
#include <utility>

namespace respguard::policy {

namespace {

parsed<std::vector<name_pattern>> parse_names(std::vector<std::string> const& commands)
{
    std::vector<name_pattern> names;
    for (std::string const& text : commands) {
        auto name = name_pattern::parse(lowered(text));
        if (!name) return name.error();
        if (name->matches_everything()) return std::vector<name_pattern>{};
        names.push_back(std::move(name).value());
    }
    return names;
}

}  // namespace

parsed<conditions> conditions::make(condition_settings const& match)
{
    conditions made;
    auto names = parse_names(match.commands);
    if (!names) return names.error();
    made.names = std::move(names).value();
    if (config_check::is_wanted(match)) {
        auto config = config_check::make(match);
        if (!config) return config.error();
        made.config = std::move(config).value();
    }
    if (argument_check::is_wanted(match)) {
        auto arguments = argument_check::make(match);
        if (!arguments) return arguments.error();
        made.arguments = std::move(arguments).value();
    }
    if (sender_check::is_wanted(match)) {
        auto sender = sender_check::make(match);
        if (!sender) return sender.error();
        made.sender = std::move(sender).value();
    }
    return made;
}

cover conditions::covers(command::command_id id) const
{
    bool const is_config_set = command::traits_of(id).what == command::role::config_set;
    if (config && !is_config_set) return cover::never;
    if (arguments && !arguments->concerns(id)) return cover::never;
    if (names.empty()) return cover::always;
    cover best = cover::never;
    for (name_pattern const& name : names)
        best = std::max(best, name.covers(id));
    return best;
}

bool conditions::names_match(request_facts const& facts) const noexcept
{
    return std::any_of(names.begin(), names.end(),
                       [&](name_pattern const& name) { return name.matches(facts); });
}

tri conditions::match(request_facts const& facts, config_pair const* pair, bool& cut) const noexcept
{
    if (config && (pair == nullptr || !config->matches(*pair))) return tri::no;
    tri found = tri::yes;
    if (sender) found = facts.from == nullptr ? tri::maybe : sender->matches(*facts.from);
    if (!arguments || found == tri::no) return found;
    tri const shown = arguments->matches(facts);
    if (shown == tri::maybe) cut = true;
    return both(found, shown);
}

}  // namespace respguard::policy
