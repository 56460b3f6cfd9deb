// What is in force, with the source of each value.
#include "respguard/config/describe.hpp"
#include "respguard/config/rule_text.hpp"

#include <algorithm>
#include <string_view>

#include "config/key_table.hpp"
#include "config/key_value.hpp"
#include "config/presets.hpp"
#include "config/toml_text.hpp"

namespace respguard::config {

namespace {

constexpr std::string_view head =
    R"(# Effective configuration; behind each value, where it came from.
# A flag wins over the environment, the environment over the file. Secrets are masked.
)";

std::string padded(std::string text, std::size_t width)
{
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

/// The name of the preset, or empty for the operator's own rules.
std::string_view preset_of(policy::rule_settings const& rule)
{
    constexpr std::string_view prefix = "preset ";
    std::string_view const source = rule.source;
    return source.starts_with(prefix) ? source.substr(prefix.size()) : std::string_view{};
}

std::string available_presets()
{
    std::string out;
    for (std::string_view const name : preset_names())
        out += (out.empty() ? "" : ", ") + std::string(name);
    return "# presets that exist: " + out + "\n";
}

std::string renamed_commands(policy::policy_settings const& policy)
{
    std::string out;
    for (auto const& [name, as_sent] : policy.renamed) {
        out += "renamed." + toml_quoted(name) + " = " + toml_quoted(as_sent) + "\n";
    }
    return out;
}

std::string own_rules(policy::policy_settings const& policy)
{
    std::string out;
    for (policy::rule_settings const& rule : policy.rules) {
        if (preset_of(rule).empty()) out += "\n" + rule_toml(rule);
    }
    return out;
}

/// As comments: loaded again, the preset brings them itself.
std::string preset_rules(policy::policy_settings const& policy)
{
    std::string out;
    std::string_view last;
    for (policy::rule_settings const& rule : policy.rules) {
        std::string_view const preset = preset_of(rule);
        if (preset.empty()) continue;
        if (preset != last) {
            auto const same = [&](policy::rule_settings const& r) {
                return preset_of(r) == preset;
            };
            auto const count = std::count_if(policy.rules.begin(), policy.rules.end(), same);
            out += "\n# preset " + std::string(preset) + ", " + std::to_string(count) +
                   " rules in this order:\n";
            last = preset;
        }
        out += "#   " + padded(std::string(policy::to_string(rule.what)), 6) + "  " +
               padded(rule.id, 26) + "  " + match_text(rule.match) + "\n";
    }
    return out;
}

}  // namespace

std::string effective_file(loaded const& from)
{
    constexpr std::size_t comment_column = 48;
    settings values = from.values;
    std::string out(head);
    for (section const& s : sections()) {
        out += "\n[" + std::string(s.name) + "]\n";
        for (key const& k : keys()) {
            if (section_of(k.name) != s.name) continue;
            auto const origin = from.origins.find(std::string(k.name));
            std::string line = std::string(leaf_of(k.name)) + " = " + show(k, values);
            // Told, but not set: only one of both may be.
            if (k.name == "upstream.url" && !values.upstream_file.empty()) line.insert(0, "# ");
            out += padded(line, comment_column) + "  # " +
                   (origin == from.origins.end() ? "default" : origin->second) + "\n";
        }
        if (s.name == "policy") out += available_presets();
        if (s.name == "policy") out += renamed_commands(values.policy);
        if (s.name == "policy") out += own_rules(values.policy) + preset_rules(values.policy);
    }
    return out;
}

}  // namespace respguard::config
