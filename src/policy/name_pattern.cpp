#include "policy/name_pattern.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace respguard::policy {

using command::command_id;
using command::command_traits;
using command::trait;

namespace {

/// Longer than every command there is; what is longer matches only `*`. Keeps a 512 MB name cheap.
constexpr std::size_t name_size_max = 128;

bool name_matches(glob const& pattern, byte_view as_sent) noexcept
{
    if (pattern.matches_everything()) return true;
    byte_view const name = until_nul(as_sent);
    return name.size() <= name_size_max && pattern.matches(name);
}

std::string_view subcommand_name(command_traits const& c) noexcept
{
    return c.name.substr(c.name.find('|') + 1);
}

}  // namespace

name_pattern::name_pattern(command::category category)
    : name_(glob::parse("*").value()), unknown_(false), category_(category)
{
}

parsed<name_pattern> name_pattern::parse_class(std::string_view text)
{
    auto const names = command::category_names();
    auto const found = std::find(names.begin(), names.end(), text.substr(1));
    if (found != names.end()) {
        return name_pattern(static_cast<command::category>(found - names.begin()));
    }
    std::string known = "@unknown";
    for (std::string_view const name : names)
        known += ", @" + std::string(name);
    return problem{"command class '" + std::string(text) + "' is not known; there are " + known};
}

parsed<name_pattern> name_pattern::parse(std::string_view text)
{
    if (text.empty()) return problem{"a command name is empty"};
    if (text == "@unknown") return name_pattern(glob::parse("*").value(), std::nullopt, true);
    if (text.starts_with('@')) {
        return parse_class(text);
    }
    std::size_t const bar = text.find('|');
    auto name = glob::parse(text.substr(0, bar));
    if (!name) return name.error();
    if (bar == std::string_view::npos) {
        return name_pattern(std::move(name).value(), std::nullopt, false);
    }
    if (bar == 0 || bar + 1 == text.size()) {
        return problem{"command '" + std::string(text) + "' lacks a name beside its '|'"};
    }
    auto const id = command::find(name->text());
    if (name->is_literal() && !command::traits_of(id).has(trait::container)) {
        return problem{"command '" + name->text() + "' has no subcommands, so '" +
                       std::string(text) + "' would match nothing"};
    }
    auto subcommand = glob::parse(text.substr(bar + 1));
    if (!subcommand) return subcommand.error();
    return name_pattern(std::move(name).value(), std::move(subcommand).value(), false);
}

cover name_pattern::covers_other() const
{
    if (unknown_ || matches_everything()) return cover::always;
    if (subcommand_) return cover::never;  // What is not known has no subcommands.
    bool const known = name_.is_literal() && command::find(name_.text()) != command::other;
    return known ? cover::never : cover::depends;
}

cover name_pattern::covers_top(command_id id) const
{
    command_traits const& c = command::traits_of(id);
    bool const container = c.has(trait::container);
    if (unknown_) return container ? cover::depends : cover::never;
    if (!name_.matches(c.name)) return cover::never;
    if (!subcommand_) return cover::always;
    if (!container) return cover::never;
    if (subcommand_->matches_everything()) return cover::always;
    // A subcommand that the table knows has an id of its own.
    bool const known =
        subcommand_->is_literal() &&
        command::find(std::string(c.name) + '|' + subcommand_->text()) != command::other;
    return known ? cover::never : cover::depends;
}

cover name_pattern::covers(command_id id) const
{
    if (id == command::other) return category_ ? cover::never : covers_other();
    command_traits const& c = command::traits_of(id);
    if (category_) return c.is(*category_) ? cover::always : cover::never;
    if (c.container == command::other) return covers_top(id);
    if (unknown_ || !name_.matches(command::traits_of(c.container).name)) return cover::never;
    bool const matched = !subcommand_ || subcommand_->matches(subcommand_name(c));
    return matched ? cover::always : cover::never;
}

bool name_pattern::matches(request_facts const& facts) const noexcept
{
    if (unknown_) return facts.command == command::other || !facts.subcommand.empty();
    bool const in_table = facts.command != command::other;
    byte_view const name = in_table ? command::traits_of(facts.command).name : facts.name;
    if (!name_matches(name_, name)) return false;
    return !subcommand_ || name_matches(*subcommand_, facts.subcommand);
}

bool name_pattern::is_exact_unknown() const
{
    if (is_class() || !name_.is_literal()) return false;
    if (!subcommand_) return command::find(name_.text()) == command::other;
    if (!subcommand_->is_literal()) return false;
    return command::find(name_.text() + '|' + subcommand_->text()) == command::other;
}

}  // namespace respguard::policy
