#include "app/replay.hpp"

#include "respguard/command/command_table.hpp"

#include <limits>
#include <optional>

namespace respguard::app {

namespace {

using policy::action;

constexpr char const* no_arguments =
    "its arguments are not all in the log, and a rule asks for them";

/// In canonical form, up to the first byte that the log does not show.
struct shown_request {
    std::string canonical;
    bool is_whole = true;
    std::uint64_t size_at_least = 0;
    bool size_is_known = true;
};

shown_request shown(logged_request const& request)
{
    shown_request out;
    auto const count =
        request.argument_count.value_or(static_cast<std::uint32_t>(request.arguments.size() + 1));
    out.canonical = "*" + std::to_string(count) + "\r\n";
    out.size_at_least = out.canonical.size();
    out.size_is_known = request.arguments.size() == count;
    out.is_whole = out.size_is_known;
    bool shows_more = true;
    for (logged_argument const& each : request.arguments) {
        out.size_is_known = out.size_is_known && each.size_bytes;
        auto const size = each.size_bytes.value_or(each.shown.size());
        std::string const header = "$" + std::to_string(size) + "\r\n";
        out.size_at_least += header.size() + size + 2;
        out.is_whole = out.is_whole && each.is_whole();
        if (!shows_more) continue;
        if (each.size_bytes) out.canonical += header + each.shown;
        shows_more = each.is_whole();
        if (shows_more) out.canonical += "\r\n";
    }
    if (request.size_bytes) {
        out.size_at_least = *request.size_bytes;
        out.size_is_known = true;
    }
    return out;
}

policy::sender sender_of(logged_request const& request, policy::sender from)
{
    if (request.client) from.address = policy::parse_ip(*request.client);
    if (request.name) from.name.text = *request.name;
    if (request.user) from.user.text = *request.user;
    if (request.listener) from.listener = *request.listener;
    if (request.db) from.db = *request.db;
    return from;
}

bool same(policy::verdict const& a, policy::verdict const& b) noexcept
{
    return a.what == b.what && a.rule == b.rule && a.shadow == b.shadow;
}

/// What is refused without any rule.
std::optional<action> built_in(command::identity const& is, byte_view canonical)
{
    auto const what = command::traits_of(is.id).what;
    if (is.nul_in_name || is.nul_in_subcommand) return action::reject;
    if (what == command::role::config_set && policy::nul_in_config_set(canonical)) {
        return action::reject;
    }
    if (what == command::role::cross_protocol) return action::close;
    return std::nullopt;
}

}  // namespace

replayed replay(logged_request const& request, policy::rule_set const& rules,
                policy::sender const& otherwise)
{
    replayed out;
    auto const& words = request.arguments;
    byte_view const name = rules.real_name(words[0].shown);
    byte_view const subcommand = words.size() > 1 ? byte_view(words[1].shown) : byte_view();
    command::identity const is = command::identify(name, subcommand);
    out.command = command::traits_of(is.id).name;
    if (words.size() == 1 && words[0].shown == command::traits_of(command::other).name) {
        out.why_not = "the log does not say which command it was";
        return out;
    }
    shown_request const known = shown(request);
    if (auto const what = built_in(is, known.canonical)) {
        out.verdict.what = *what;
        out.built_in = true;
        return out;
    }
    policy::sender const from = sender_of(request, otherwise);
    policy::request_facts facts;
    facts.command = is.id;
    facts.name = name;
    facts.subcommand = subcommand;
    facts.size_bytes = known.size_at_least;
    facts.canonical = known.canonical;
    facts.arguments = request.argument_count.value_or(static_cast<std::uint32_t>(words.size()));
    facts.from = &from;
    out.verdict = rules.judge(facts);
    if (!known.is_whole && (out.verdict.cut || rules.needs_arguments(is.id))) {
        out.why_not = no_arguments;
        return out;
    }
    // What is not known may be anything: if that makes a difference, nobody can say.
    if (!known.size_is_known) facts.size_bytes = policy::no_limit - 1;
    if (!request.argument_count) facts.arguments = std::numeric_limits<std::uint32_t>::max();
    if (!same(rules.judge(facts), out.verdict)) {
        out.why_not = "its size is not in the log, and a rule asks for it";
    }
    return out;
}

}  // namespace respguard::app
