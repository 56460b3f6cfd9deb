#include "policy/rule_compiler.hpp"

#include "respguard/policy/reply_text.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace respguard::policy {

using command::command_id;

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

/// The first command that the rule would reject although it must not; `other` if there is none.
command_id wrongly_rejected(compiled_rule const& rule)
{
    if (rule.what != action::reject || rule.sized || rule.config || rule.reply_over ||
        (rule.names.empty() && !(rule.names_only() && !rule.limited && !rule.unless))) {
        return command::other;
    }
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

/// CONFIG SET conditions beside other commands would silently never match those.
bool names_only_config_set(std::vector<name_pattern> const& names)
{
    command_id const config_set = command::find("config|set");
    return !names.empty() && std::all_of(names.begin(), names.end(), [&](name_pattern const& name) {
        return name.covers(config_set) == cover::always;
    });
}

constexpr char const* needs_config_set =
    "param, value, value_between and also_sets need command = \"config|set\"";

/// Empty if the rule can work.
std::string not_fault(match_settings const& match)
{
    if (!match.unless) return {};
    auto const& unless = *match.unless;
    if (unless.request_bytes_over || unless.reply_bytes_over || unless.also_sets) {
        return "not can not hold request_bytes_over, reply_bytes_over or also_sets: write a rule "
               "with action = \"allow\" in front";
    }
    return {};
}

/// A rule about offsets of other commands would silently never match.
std::string offset_fault(condition_settings const& match, conditions const& made)
{
    if (!match.offset_over) return {};
    for (std::size_t i = 0; i < command::table().size(); ++i) {
        if (made.covers(static_cast<command_id>(i)) != cover::never) return {};
    }
    return "offset_over is about setrange, setbit and bitfield only";
}

std::string reply_fault(rule_settings const& rule, compiled_rule const& made)
{
    if (!rule.match.reply_bytes_over) return {};
    if (rule.what != action::alert && rule.what != action::close) {
        return "reply_bytes_over can only alert or close: the command has been executed and part "
               "of "
               "its reply passed on";
    }
    bool const more = made.config || made.arguments || made.sized || made.limited ||
                      (made.unless && (made.unless->config || made.unless->arguments));
    if (!more) return {};
    return "reply_bytes_over goes with command, db, user, client_name, client and listener only: "
           "the "
           "request is gone when its reply comes";
}

std::string limit_fault(rule_settings const& rule, compiled_rule const& made)
{
    if (!rule.limit) return {};
    if (rule.what != action::alert && rule.what != action::reject) {
        return "over can only alert or reject";
    }
    if (made.config) return "over does not go with conditions on CONFIG SET";
    return {};
}

parsed<compiled_rule> compile_match(rule_settings const& rule)
{
    match_settings const& match = rule.match;
    compiled_rule made;
    auto when = conditions::make(match);
    if (!when) return when.error();
    static_cast<conditions&>(made) = std::move(when).value();
    if (match.unless) {
        auto unless = conditions::make(*match.unless);
        if (!unless) return unless.error();
        made.unless = std::move(unless).value();
    }
    bool const about_config = made.config || (made.unless && made.unless->config);
    if (about_config && !names_only_config_set(made.names)) return problem{needs_config_set};
    if (match.request_bytes_over) {
        made.sized = true;
        made.active_from =
            *match.request_bytes_over == no_limit ? no_limit : *match.request_bytes_over + 1;
    }
    made.what = rule.what;
    made.shadow = rule.shadow;
    made.limited = rule.limit.has_value();
    made.reply_over = match.reply_bytes_over;
    std::string const not_offset = match.unless ? offset_fault(*match.unless, *made.unless) : "";
    for (std::string const& fault : {not_fault(match), offset_fault(match, made), not_offset,
                                     reply_fault(rule, made), limit_fault(rule, made)}) {
        if (!fault.empty()) return problem{fault};
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
    auto made = compile_match(rule);
    if (fault.empty() && !made) fault = made.error().text;
    if (!fault.empty()) return problem{name_of(rule) + ": " + fault};
    if (command_id const id = wrongly_rejected(*made); id != command::other) {
        return problem{name_of(rule) + ": it would reject '" +
                       std::string(command::traits_of(id).name) +
                       "', which must pass: commands would run outside their transaction or "
                       "clients would hang"};
    }
    return made;
}

}  // namespace respguard::policy
