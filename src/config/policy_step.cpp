// From preset names and rules to the list of rules in force.
#include "config/policy_step.hpp"

#include "respguard/policy/rule_set.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/nearest.hpp"
#include "config/presets.hpp"

namespace respguard::config {

namespace {

/// Whatever its place in the list: it has an alert or an allow for much that the others refuse, and
/// the first rule that matches decides.
constexpr std::string_view last_preset = "emailengine";

void add_presets(draft& into)
{
    std::vector<policy::rule_settings> last;
    std::set<std::string, std::less<>> seen;
    for (std::string const& name : into.values.policy.presets) {
        policy::builtin_file const* const file = find_preset(name);
        if (file == nullptr) {
            into.fail("policy.presets",
                      "'" + name + "' is no preset" + suggestion(name, preset_names()));
            continue;
        }
        if (!seen.insert(name).second) {
            into.fail("policy.presets", "'" + name + "' is named twice");
            continue;
        }
        preset read = read_preset(*file, into.errors);
        if (!read.enforce) {
            into.values.policy.enforce = false;
            into.came_from("policy.enforce", place{"preset " + read.name});
        }
        auto& rules = read.name == last_preset ? last : into.values.policy.rules;
        std::move(read.rules.begin(), read.rules.end(), std::back_inserter(rules));
    }
    std::move(last.begin(), last.end(), std::back_inserter(into.values.policy.rules));
}

/// One line of rule_set, such as "rule 'x' (respguard.toml:12): ...", with its place.
mistake located(std::string_view line, std::vector<policy::rule_settings> const& rules)
{
    for (policy::rule_settings const& rule : rules) {
        std::string const prefix = "rule '" + rule.id + "' (" + rule.source + "): ";
        if (!line.starts_with(prefix)) continue;
        return {place{rule.source}, "policy.rule",
                "'" + rule.id + "': " + std::string(line.substr(prefix.size()))};
    }
    return {place{"policy"}, "policy.rule", std::string(line)};
}

}  // namespace

void complete_policy(draft& into)
{
    add_presets(into);
    auto const& rules = into.values.policy.rules;
    auto const compiled = policy::rule_set::compile(into.values.policy);
    if (compiled) {
        for (std::string const& line : compiled->warnings()) {
            into.warnings.push_back(located(line, rules));
        }
        return;
    }
    std::string const text = compiled.error().text;  // error() gives a copy.
    std::string_view lines = text;
    while (!lines.empty()) {
        std::size_t const end = std::min(lines.find('\n'), lines.size());
        into.errors.push_back(located(lines.substr(0, end), rules));
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
}

}  // namespace respguard::config
