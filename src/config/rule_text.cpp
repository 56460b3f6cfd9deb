// Rules written back as TOML and in one line.
#include "config/rule_text.hpp"

#include "respguard/base/units.hpp"

#include <string_view>
#include <vector>

#include "config/toml_text.hpp"

namespace respguard::config {

namespace {

std::string one_or_list(std::vector<std::string> const& texts)
{
    if (texts.size() == 1) return toml_quoted(texts.front());
    std::string out;
    for (std::string const& text : texts)
        out += (out.empty() ? "" : ", ") + toml_quoted(text);
    return "[" + out + "]";
}

}  // namespace

std::string match_text(policy::match_settings const& match)
{
    std::string out;
    auto const add = [&](std::string_view name, std::string const& content) {
        out += (out.empty() ? "" : ", ") + std::string(name) + " = " + content;
    };
    if (!match.commands.empty()) add("command", one_or_list(match.commands));
    if (!match.params.empty()) add("param", one_or_list(match.params));
    if (!match.values.empty()) add("value", one_or_list(match.values));
    if (match.value_between) {
        add("value_between", "[" + std::to_string(match.value_between->first) + ", " +
                                 std::to_string(match.value_between->second) + "]");
    }
    if (match.also_sets) {
        add("also_sets", "{ param = " + toml_quoted(match.also_sets->first) +
                             ", value = " + toml_quoted(match.also_sets->second) + " }");
    }
    if (match.request_bytes_over) {
        add("request_bytes_over", toml_quoted(format_size(*match.request_bytes_over)));
    }
    return "{ " + out + " }";
}

std::string rule_toml(policy::rule_settings const& rule)
{
    std::string out = "[[policy.rule]]  # " + rule.source + "\n";
    out += "id = " + toml_quoted(rule.id) + "\n";
    out += "match = " + match_text(rule.match) + "\n";
    out += "action = " + toml_quoted(policy::to_string(rule.what)) + "\n";
    if (!rule.message.empty()) out += "message = " + toml_quoted(rule.message) + "\n";
    return out;
}

}  // namespace respguard::config
