// The rules about replies.
#include <algorithm>

#include "policy/program.hpp"

namespace respguard::policy {

using command::command_id;

namespace {

bool is_about_replies_of(compiled_rule const& rule, command_id id)
{
    if (rule.covers(id) != cover::always) return false;
    return !rule.unless || !rule.unless->names_only() || rule.unless->covers(id) != cover::always;
}

}  // namespace

verdict program::first_reply_match(reply_facts const& facts) const noexcept
{
    request_facts request;  // What a reply's rule may look at.
    request.command = facts.command;
    request.from = facts.from;
    for (std::uint16_t const index : about_replies_) {
        compiled_rule const& rule = rules_[index];
        if (facts.size_bytes <= *rule.reply_over) continue;
        if (rule.covers(facts.command) != cover::always) continue;
        bool cut = false;
        tri found = rule.match(request, nullptr, cut);
        if (rule.unless && rule.unless->covers(facts.command) == cover::always) {
            found = both(found, !rule.unless->match(request, nullptr, cut));
        }
        if (found == tri::no || (found == tri::maybe && rule.what < action::reject)) continue;
        return {rule.shadow ? action::alert : rule.what, index};
    }
    return {};
}

verdict program::judge_reply(reply_facts const& facts) const noexcept
{
    verdict worst = first_reply_match(facts);
    for (std::uint16_t const queued : {facts.queued.strictest_, facts.queued.closing_}) {
        if (queued == 0) continue;
        reply_facts alone = facts;
        alone.command = static_cast<command_id>(queued - 1);
        verdict const found = first_reply_match(alone);
        if (found.what > worst.what) worst = found;
    }
    return worst;
}

std::uint64_t program::reply_over(command_id id) const noexcept
{
    std::uint64_t smallest = no_limit;
    for (std::uint16_t const index : about_replies_) {
        if (rules_[index].covers(id) != cover::always) continue;
        smallest = std::min(smallest, *rules_[index].reply_over);
    }
    return smallest;
}

std::uint64_t program::reply_over(queued_replies queued) const noexcept
{
    std::uint64_t smallest = no_limit;
    for (std::uint16_t const each : {queued.strictest_, queued.closing_}) {
        if (each == 0) continue;
        smallest = std::min(smallest, reply_over(static_cast<command_id>(each - 1)));
    }
    return smallest;
}

bool program::has_own_reply_rules(command_id id) const noexcept
{
    static command_id const exec = command::find("exec");
    return std::any_of(about_replies_.begin(), about_replies_.end(), [&](std::uint16_t index) {
        return is_about_replies_of(rules_[index], id) && !is_about_replies_of(rules_[index], exec);
    });
}

void program::note_queued(reply_facts const& command, queued_replies& queued) const noexcept
{
    auto const limits_of = [&](command_id id) {
        reply_facts endless = command;
        endless.command = id;
        endless.size_bytes = no_limit;
        return first_reply_match(endless);
    };
    verdict const found = limits_of(command.command);
    if (found.rule == no_rule) return;
    auto const noted = static_cast<std::uint16_t>(command.command + 1);
    auto const id_of = [](std::uint16_t each) { return static_cast<command_id>(each - 1); };
    if (queued.strictest_ == 0 ||
        reply_over(command.command) < reply_over(id_of(queued.strictest_))) {
        queued.strictest_ = noted;
    }
    if (found.what != action::close) return;
    if (queued.closing_ != 0) {
        verdict const before = limits_of(id_of(queued.closing_));
        bool const is_closing = before.rule != no_rule && before.what == action::close;
        if (is_closing && *rules_[before.rule].reply_over <= *rules_[found.rule].reply_over) return;
    }
    queued.closing_ = noted;
}

}  // namespace respguard::policy
