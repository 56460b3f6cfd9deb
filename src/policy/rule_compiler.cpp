#include "policy/rule_compiler.hpp"

#include "respguard/policy/reply_text.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace respguard::policy {

using command::command_id;
using command::role;

namespace {

constexpr std::size_t id_size_max = 64;

bool is_id_character(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/// Empty if it is good. Ids stand in error lines, so their letters are limited.
std::string id_fault(std::string_view id)
{
    if (id.empty()) return "a rule needs an id";
    if (id.size() > id_size_max) return "an id may have 64 characters";
    if (!std::all_of(id.begin(), id.end(), is_id_character)) {
        return "an id may only have the characters a-z, 0-9, '-', '_' and '.'";
    }
    if (has_forbidden_token(id)) return "the id holds a word that Redis clients act on";
    return {};
}

/// Refusing one of these would make commands run outside their transaction, or clients hang.
bool is_needed(command_id id) noexcept
{
    role const what = command::traits_of(id).what;
    return what == role::multi || what == role::exec || what == role::discard ||
           what == role::quit || what == role::auth;
}

/// The first command that the rule would reject although it must not; `other` if there is none.
command_id wrongly_rejected(compiled_rule const& rule)
{
    if (rule.what != action::reject || rule.sized || rule.config) return command::other;
    for (std::size_t i = 1; i < command::table().size(); ++i) {
        auto const id = static_cast<command_id>(i);
        if (!is_needed(id)) continue;
        auto const covers = [&](name_pattern const& n) { return n.covers(id) != cover::never; };
        bool const covered =
            rule.names.empty() || std::any_of(rule.names.begin(), rule.names.end(), covers);
        if (covered) return id;
    }
    return command::other;
}

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

/// CONFIG SET conditions beside other commands would silently never match those.
bool names_only_config_set(std::vector<name_pattern> const& names)
{
    command_id const config_set = command::find("config|set");
    return !names.empty() && std::all_of(names.begin(), names.end(), [&](name_pattern const& name) {
        return name.covers(config_set) == cover::always;
    });
}

parsed<compiled_rule> compile_match(match_settings const& match)
{
    compiled_rule made;
    auto names = parse_names(match.commands);
    if (!names) return names.error();
    made.names = std::move(names).value();
    if (config_check::is_wanted(match)) {
        if (!names_only_config_set(made.names)) {
            return problem{
                "param, value, value_between and also_sets need command = \"config|set\""};
        }
        auto config = config_check::make(match);
        if (!config) return config.error();
        made.config = std::move(config).value();
    }
    if (match.request_bytes_over) {
        made.sized = true;
        made.active_from =
            *match.request_bytes_over == no_limit ? no_limit : *match.request_bytes_over + 1;
    }
    return made;
}

}  // namespace

std::string name_of(rule_settings const& rule)
{
    std::string text = "rule '" + rule.id + "'";
    if (!rule.source.empty()) text += " (" + rule.source + ")";
    return text;
}

parsed<compiled_rule> compile_rule(rule_settings const& rule)
{
    std::string fault = id_fault(rule.id);
    auto made = compile_match(rule.match);
    if (fault.empty() && !made) fault = made.error().text;
    if (!fault.empty()) return problem{name_of(rule) + ": " + fault};
    made->what = rule.what;
    if (command_id const id = wrongly_rejected(*made); id != command::other) {
        return problem{name_of(rule) + ": it would reject '" +
                       std::string(command::traits_of(id).name) +
                       "', which must pass: commands would run outside their transaction or "
                       "clients would hang"};
    }
    return made;
}

}  // namespace respguard::policy
