// Rules written back as TOML and in one line.
#include "respguard/config/rule_text.hpp"

#include "respguard/base/units.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>
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

std::string list_of(std::vector<std::uint32_t> const& numbers)
{
    std::string out;
    for (std::uint32_t const number : numbers)
        out += (out.empty() ? "" : ", ") + std::to_string(number);
    return numbers.size() == 1 ? out : "[" + out + "]";
}

/// "{ a = 1, b = 2 }" from its parts.
class inline_table {
public:
    void add(std::string_view name, std::string const& content)
    {
        out_ += (out_.empty() ? "" : ", ") + std::string(name) + " = " + content;
    }
    void add(std::string_view name, std::vector<std::string> const& texts)
    {
        if (!texts.empty()) add(name, one_or_list(texts));
    }
    void add(std::string_view name, std::optional<std::uint64_t> const& size)
    {
        if (size) add(name, toml_quoted(format_size(*size)));
    }
    [[nodiscard]] std::string text() const { return "{ " + out_ + " }"; }

private:
    std::string out_;
};

template <typename Number, typename Show>
std::string bounds_of(std::pair<Number, Number> const& bounds, Show show)
{
    return "[" + show(bounds.first) + ", " + show(bounds.second) + "]";
}

void add_config_conditions(inline_table& out, policy::condition_settings const& match)
{
    out.add("param", match.params);
    out.add("value", match.values);
    if (match.value_between) {
        out.add("value_between",
                bounds_of(*match.value_between, [](std::int64_t n) { return std::to_string(n); }));
    }
    if (match.value_bytes_between) {
        out.add("value_between", bounds_of(*match.value_bytes_between, [](std::uint64_t n) {
                    return toml_quoted(format_size(n));
                }));
    }
    if (match.also_sets) {
        out.add("also_sets", "{ param = " + toml_quoted(match.also_sets->first) +
                                 ", value = " + toml_quoted(match.also_sets->second) + " }");
    }
}

void add_conditions(inline_table& out, policy::condition_settings const& match)
{
    out.add("command", match.commands);
    add_config_conditions(out, match);
    out.add("request_bytes_over", match.request_bytes_over);
    out.add("reply_bytes_over", match.reply_bytes_over);
    if (match.arguments_over) out.add("arguments_over", std::to_string(*match.arguments_over));
    out.add("argument_bytes_over", match.argument_bytes_over);
    out.add("key_bytes_over", match.key_bytes_over);
    out.add("offset_over", match.offset_over);
    out.add("key", match.keys);
    out.add("keys_outside", match.keys_outside);
    if (match.keys_unknown) {
        out.add("keys_unknown", std::string(*match.keys_unknown ? "true" : "false"));
    }
    out.add("scripts_containing", match.scripts_containing);
    if (!match.dbs.empty()) out.add("db", list_of(match.dbs));
    out.add("user", match.users);
    out.add("client_name", match.client_names);
    out.add("client", match.clients);
    out.add("listener", match.listeners);
}

}  // namespace

std::string match_text(policy::match_settings const& match)
{
    inline_table out;
    add_conditions(out, match);
    if (match.unless) {
        inline_table unless;
        add_conditions(unless, *match.unless);
        out.add("not", unless.text());
    }
    return out.text();
}

std::string rule_toml(policy::rule_settings const& rule)
{
    constexpr std::array shares{"client", "user", "listener"};
    std::string out = "[[policy.rule]]  # " + rule.source + "\n";
    out += "id = " + toml_quoted(rule.id) + "\n";
    out += "match = " + match_text(rule.match) + "\n";
    out += "action = " + toml_quoted(policy::to_string(rule.what)) + "\n";
    if (rule.shadow) out += "shadow = true\n";
    if (rule.limit) {
        out += "over = " + toml_quoted(rule.limit->to_string()) + "\n";
        out +=
            "per = " + toml_quoted(shares.at(static_cast<std::size_t>(rule.limit->share))) + "\n";
    }
    if (rule.every.count() > 0) out += "every = " + toml_quoted(format_duration(rule.every)) + "\n";
    if (!rule.message.empty()) out += "message = " + toml_quoted(rule.message) + "\n";
    return out;
}

}  // namespace respguard::config
