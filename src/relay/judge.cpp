#include "relay/judge.hpp"

#include "respguard/command/keys.hpp"

#include <algorithm>

namespace respguard::relay {

namespace {

using command::role;
using command::trait;

/// Argument `index`, cut if it is long; none if not enough of it is there.
std::optional<byte_view> leading_argument(resp::request_parser const& parser, byte_view input,
                                          std::size_t index) noexcept
{
    if (index < parser.leading_count()) {
        auto const where = parser.leading(index);
        return input.substr(where.offset, std::min<std::size_t>(where.size, name_bytes_max));
    }
    if (index != parser.leading_count() || parser.announced_bytes(index) <= name_bytes_max)
        return {};
    // Its header is the last one read, so its body begins behind it.
    auto const body = static_cast<std::size_t>(parser.header_bytes());
    if (input.size() < body + name_bytes_max) return {};
    return input.substr(body, name_bytes_max);
}

judgement refuse(policy::verdict verdict, local_reply reply) noexcept
{
    return {verdict, reply, false};
}

judgement builtin_refusal(local_reply::kind why) noexcept
{
    return refuse({policy::action::reject, policy::no_rule}, local_reply::of(why));
}

/// `argument` gives the first and the second argument, or none if it is not there yet.
template <typename Argument>
std::optional<request_head> read_head(Argument const& argument, std::uint32_t count,
                                      policy::rule_set const& rules) noexcept
{
    std::optional<byte_view> const name = argument(0);
    if (!name) return {};
    request_head head;
    head.name = rules.real_name(*name);
    head.is = command::identify(head.name, {});
    if (count > 1 && command::traits_of(head.is.id).has(trait::container)) {
        std::optional<byte_view> const subcommand = argument(1);
        if (!subcommand) return {};
        head.subcommand = *subcommand;
        head.is = command::identify(head.name, head.subcommand);
    }
    return head;
}

known_command known_of(command::identity const& is, policy::rule_set const& rules) noexcept
{
    known_command known{is};
    auto const& traits = command::traits_of(is.id);
    auto const key = command::first_key_of(is.id);
    if (key.how == command::first_key_place::kind::fixed && !traits.has(trait::script)) {
        known.key_argument = key.index;
    }
    if (traits.what == role::plain && !traits.has(trait::blocking) &&
        !traits.has(trait::block_option) && !is.nul_in_name && !is.nul_in_subcommand) {
        known.free_below = rules.speaks_from(is.id);
    }
    return known;
}

}  // namespace

std::optional<request_head> head_of(resp::request_parser const& parser, byte_view input,
                                    policy::rule_set const& rules) noexcept
{
    auto const argument = [&](std::size_t index) { return leading_argument(parser, input, index); };
    return read_head(argument, parser.argument_count(), rules);
}

request_head head_of_whole(resp::request_parser const& parser, byte_view request,
                           policy::rule_set const& rules, name_memo& names) noexcept
{
    auto const argument = [&](std::size_t index) -> std::optional<byte_view> {
        auto const where = parser.leading(index);
        return byte_view(request.data() + where.offset,
                         std::min<std::size_t>(where.size, name_bytes_max));
    };
    byte_view const name = *argument(0);
    if (auto const* const known = names.find(name)) [[likely]] {
        return {name, {}, known->is};
    }
    request_head const head = *read_head(argument, parser.argument_count(), rules);
    // Only what the name alone decides: not a renamed command, and no container, whose next
    // argument makes the difference between CONFIG GET and CONFIG SET.
    if (head.name.data() == name.data() && !command::needs_subcommand(name)) {
        names.remember(name, known_of(head.is, rules));
    }
    return head;
}

bool needs_whole(command::command_traits const& traits, policy::rule_set const& rules,
                 command::command_id id) noexcept
{
    switch (traits.what) {
    case role::plain:
    case role::cross_protocol:
    case role::subscribe:
    case role::unsubscribe:
    case role::takeover:
    case role::shutdown: return traits.has(trait::block_option) || rules.needs_arguments(id);
    case role::multi:
    case role::exec:
    case role::discard:
    case role::hello:
    case role::auth:
    case role::select:
    case role::reset:
    case role::quit:
    case role::client_reply:
    case role::client_setname:
    case role::config_set: return true;
    }
    return true;
}

judgement judge(request_head const& head, policy::request_facts const& facts,
                policy::rule_set const& rules, bool in_multi) noexcept
{
    using policy::action;
    if (head.is.nul_in_name) return builtin_refusal(local_reply::kind::nul_in_name);
    if (head.is.nul_in_subcommand) return builtin_refusal(local_reply::kind::nul_in_subcommand);

    auto const& traits = command::traits_of(facts.command);
    if (traits.what == role::config_set && policy::nul_in_config_set(facts.canonical)) {
        return builtin_refusal(local_reply::kind::nul_in_config_set);
    }
    if (traits.what == role::cross_protocol) {
        return {{action::close, policy::no_rule}, {}, true};
    }
    policy::verdict const verdict = rules.judge(facts);
    switch (verdict.what) {
    case action::reject: {
        // What could not be judged because it is not there was too large to be held.
        if (verdict.cut) return refuse(verdict, local_reply::too_large(policy::no_rule));
        bool const by_size = rules.rules()[verdict.rule].match.request_bytes_over.has_value();
        return refuse(verdict, by_size ? local_reply::too_large(verdict.rule)
                                       : local_reply::denied(verdict.rule));
    }
    case action::close: return {verdict, {}, true};
    case action::allow:
    case action::alert: break;
    }
    if (in_multi && traits.has(trait::unsafe_in_multi)) {
        return builtin_refusal(local_reply::kind::unsafe_in_multi);
    }
    return {verdict, {}, false};
}

}  // namespace respguard::relay
