// What the guard would do to one command.
#include "trial.hpp"

#include "respguard/command/command_table.hpp"
#include "respguard/policy/reply_text.hpp"

#include <cctype>
#include <string_view>

namespace respguard::proxy {

namespace {

using policy::action;

std::string canonical_request(std::vector<std::string> const& arguments)
{
    std::string out = "*" + std::to_string(arguments.size()) + "\r\n";
    for (std::string const& argument : arguments) {
        out += "$" + std::to_string(argument.size()) + "\r\n" + argument + "\r\n";
    }
    return out;
}

void judge_by_rules(trial& out, policy::request_facts const& facts, policy::rule_set const& rules)
{
    policy::verdict const verdict = rules.judge(facts);
    out.what = verdict.what;
    if (verdict.shadow != policy::no_rule) out.shadow = &rules.rules()[verdict.shadow];
    if (verdict.rule == policy::no_rule) return;
    out.rule = &rules.rules()[verdict.rule];
    if (out.what == action::reject) out.reply = policy::refused_text(facts.command, *out.rule);
}

}  // namespace

trial try_command(std::vector<std::string> const& arguments, std::uint64_t size_bytes,
                  policy::rule_set const& rules, policy::sender const& from)
{
    std::string const canonical = canonical_request(arguments);
    std::string const subcommand = arguments.size() > 1 ? arguments[1] : "";
    byte_view const name = rules.real_name(arguments[0]);
    command::identity const is = command::identify(name, subcommand);
    command::command_traits const& traits = command::traits_of(is.id);
    trial out;
    out.command = traits.name;
    out.size_bytes = size_bytes != 0 ? size_bytes : canonical.size();
    auto const refuse_nul = [&out](std::string_view where) {
        out.what = action::reject;
        out.why = "a NUL byte hides what the server would read";
        out.reply = policy::nul_text(where);
    };
    if (is.nul_in_name) {
        refuse_nul("a command name");
    } else if (is.nul_in_subcommand) {
        refuse_nul("a subcommand name");
    } else if (traits.what == command::role::config_set && policy::nul_in_config_set(canonical)) {
        refuse_nul("CONFIG SET");
    } else if (traits.what == command::role::cross_protocol) {
        out.what = action::close;
        out.why = "HTTP, not Redis: somebody's browser was talked into it";
    } else {
        policy::request_facts facts;
        facts.command = is.id;
        facts.name = name;
        facts.subcommand = subcommand;
        facts.size_bytes = out.size_bytes;
        facts.canonical = canonical;
        facts.arguments = static_cast<std::uint32_t>(arguments.size());
        facts.from = &from;
        judge_by_rules(out, facts, rules);
    }
    out.reply = out.reply.substr(0, out.reply.find('\r'));
    return out;
}

std::string unescaped(std::string const& text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string_view const rest = std::string_view(text).substr(i);
        constexpr std::string_view letters = "nrt0\\";
        constexpr std::string_view bytes{"\n\r\t\0\\", 5};
        auto const is_hex = [](char c) {
            return std::isxdigit(static_cast<unsigned char>(c)) != 0;
        };
        if (rest.size() > 3 && rest.starts_with("\\x") && is_hex(rest[2]) && is_hex(rest[3])) {
            out += static_cast<char>(std::stoi(std::string(rest.substr(2, 2)), nullptr, 16));
            i += 3;
        } else if (rest.size() > 1 && rest[0] == '\\' && letters.find(rest[1]) != letters.npos) {
            out += bytes[letters.find(rest[1])];
            i += 1;
        } else {
            out += rest[0];
        }
    }
    return out;
}

}  // namespace respguard::proxy
