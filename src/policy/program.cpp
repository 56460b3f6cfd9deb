#include "policy/program.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "policy/config_pairs.hpp"

namespace respguard::policy {

using command::command_id;

namespace {

bool refuses(action what) noexcept { return what >= action::reject; }

bool looks_at_config(compiled_rule const& rule) noexcept
{
    return rule.config || (rule.unless && rule.unless->config);
}

bool is_among(std::span<std::uint16_t const> rules, std::uint16_t rule) noexcept
{
    return std::find(rules.begin(), rules.end(), rule) != rules.end();
}

bool is_config_set(command_id id) noexcept
{
    return command::traits_of(id).what == command::role::config_set;
}

cover cover_of(compiled_rule const& rule, command_id id)
{
    if (rule.reply_over) return cover::never;
    // Refusing these would make commands run outside their transaction, or clients hang. A rule
    // that names them is refused at load; one that means everything does not mean them.
    if (refuses(rule.what) && !rule.sized && rule.names.empty() && is_needed(id)) {
        return cover::never;
    }
    return rule.covers(id);
}

}  // namespace

bool is_needed(command_id id) noexcept
{
    using command::role;
    role const what = command::traits_of(id).what;
    return what == role::multi || what == role::exec || what == role::discard ||
           what == role::quit || what == role::auth;
}

/// What one walk over the steps looks at.
struct program::situation {
    request_facts const& facts;
    config_pair const* pair = nullptr;   ///< Null: only rules without CONFIG SET conditions match.
    first_letters letters = any_letter;  ///< Of the pair.
    std::uint64_t also_set = 0;          ///< Bit n: the n-th rule of with_also_sets_ is content.
    std::uint16_t shadow = no_rule;      ///< The first shadow rule that matched.
    bool cut = false;                    ///< A rule looked at bytes that are not there.
};

program::program(std::vector<compiled_rule> rules) : rules_(std::move(rules))
{
    assert(rules_.size() < no_rule && "refused by rule_set::compile()");
    std::uint64_t next_limit = 1;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        if (rules_[i].reply_over) about_replies_.push_back(static_cast<std::uint16_t>(i));
        if (rules_[i].limited) {
            rules_[i].limit_bit = next_limit;
            next_limit <<= 1U;
        }
        if (!rules_[i].config || !rules_[i].config->has_also_sets()) continue;
        rules_[i].also_bit = std::uint64_t{1} << with_also_sets_.size();
        with_also_sets_.push_back(static_cast<std::uint16_t>(i));
    }
    assert(with_also_sets_.size() <= also_sets_max && "refused by rule_set::compile()");
    for (std::size_t id = 0; id < command::table().size(); ++id) {
        first_step_.push_back(static_cast<std::uint32_t>(steps_.size()));
        add_steps(static_cast<command_id>(id));
    }
    first_step_.push_back(static_cast<std::uint32_t>(steps_.size()));
}

void program::add_steps(command_id id)
{
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        cover const how = cover_of(rules_[i], id);
        if (how == cover::never) continue;
        compiled_rule const& rule = rules_[i];
        cover const unless = rule.unless ? rule.unless->covers(id) : cover::never;
        if (unless == cover::always && rule.unless->names_only()) continue;
        steps_.push_back({rule.active_from, rule.config ? rule.config->letters() : any_letter,
                          static_cast<std::uint16_t>(i), how == cover::depends, unless});
    }
}

std::span<program::step const> program::steps_of(command_id id) const noexcept
{
    return std::span(steps_).subspan(first_step_[id], first_step_[id + 1U] - first_step_[id]);
}

tri program::matches(step const& s, situation& now) const noexcept
{
    request_facts const& facts = now.facts;
    if (facts.size_bytes < s.active_from || (now.letters & s.letters) == 0) return tri::no;
    compiled_rule const& rule = rules_[s.rule];
    if ((rule.limit_bit & facts.within_limits) != 0) return tri::no;
    if (s.check_name && !rule.names_match(facts)) return tri::no;
    if (rule.also_bit != 0 && (now.also_set & rule.also_bit) == 0) return tri::no;
    if (rule.names_only() && s.unless == cover::never) return tri::yes;
    tri const found = rule.match(facts, now.pair, now.cut);
    if (s.unless == cover::never || found == tri::no) return found;
    if (s.unless == cover::depends && !rule.unless->names_match(facts)) return found;
    return both(found, !rule.unless->match(facts, now.pair, now.cut));
}

verdict program::first_match(situation& now) const noexcept
{
    verdict by_size;
    for (step const& s : steps_of(now.facts.command)) {
        tri const how = matches(s, now);
        compiled_rule const& rule = rules_[s.rule];
        // What nobody knows yet is no reason to let something pass, or to raise an alarm.
        if (how == tri::no || (how == tri::maybe && !refuses(rule.what))) continue;
        if (rule.shadow || is_among(now.facts.shadowed, s.rule)) {
            if (now.shadow == no_rule) now.shadow = s.rule;
            continue;
        }
        verdict const found{rule.what, s.rule};
        bool const size_is_judged = by_size.rule != no_rule;
        if (!rule.size_only()) {
            return size_is_judged && by_size.what >= found.what ? by_size : found;
        }
        if (size_is_judged) continue;
        if (refuses(found.what)) return found;
        // Not the end: a request must not become acceptable by being padded to a size that some
        // rule only wants to be told of.
        by_size = found;
    }
    return by_size;
}

std::uint64_t program::also_set(byte_view canonical) const noexcept
{
    std::uint64_t bits = 0;
    if (with_also_sets_.empty()) return bits;
    config_pairs pairs(canonical);
    while (auto const pair = pairs.next()) {
        for (std::uint16_t index : with_also_sets_) {
            compiled_rule const& rule = rules_[index];
            if (rule.config->is_also_set_by(*pair)) bits |= rule.also_bit;
        }
    }
    return bits;
}

verdict program::judge_config_set(situation& now) const noexcept
{
    request_facts const& facts = now.facts;
    now.also_set = also_set(facts.canonical);
    verdict worst;
    bool any = false;
    config_pairs pairs(facts.canonical);
    while (auto const pair = pairs.next()) {
        now.pair = &*pair;
        now.letters = first_letters_of(pair->name);
        verdict const found = first_match(now);
        if (!any || found.what > worst.what) worst = found;
        any = true;
    }
    now.pair = nullptr;
    if (!any) worst = first_match(now);
    if (!pairs.cut()) return worst;
    // A pair that was not shown may be any pair.
    for (step const& s : steps_of(facts.command)) {
        compiled_rule const& rule = rules_[s.rule];
        if (!rule.shadow && rule.what > worst.what) worst = {rule.what, s.rule};
    }
    return worst;
}

verdict program::judge(request_facts const& facts) const noexcept
{
    situation now{facts};
    verdict found = needs_arguments(facts.command) ? judge_config_set(now) : first_match(now);
    found.shadow = now.shadow;
    found.cut = now.cut;
    return found;
}

std::uint64_t program::active_from(command_id id) const noexcept
{
    std::uint64_t smallest = no_limit;
    for (step const& s : steps_of(id))
        smallest = std::min(smallest, s.active_from);
    return smallest;
}

bool program::needs_arguments(command_id id) const noexcept
{
    if (!is_config_set(id)) return false;
    auto const steps = steps_of(id);
    return std::any_of(steps.begin(), steps.end(),
                       [&](step const& s) { return looks_at_config(rules_[s.rule]); });
}

bool program::looks_at_arguments(command_id id) const noexcept
{
    auto const steps = steps_of(id);
    return std::any_of(steps.begin(), steps.end(), [&](step const& s) {
        compiled_rule const& rule = rules_[s.rule];
        return rule.arguments || (rule.unless && rule.unless->arguments);
    });
}

bool program::looks_at_sender() const noexcept
{
    return std::any_of(rules_.begin(), rules_.end(), [](compiled_rule const& rule) {
        return rule.sender || rule.limited || (rule.unless && rule.unless->sender);
    });
}

std::uint64_t program::refuse_over_bytes(command_id id) const noexcept
{
    std::uint64_t limit = no_limit;
    bool size_is_judged = false;
    for (step const& s : steps_of(id)) {
        compiled_rule const& rule = rules_[s.rule];
        bool const certain =
            !s.check_name && rule.names_only() && s.unless == cover::never && !rule.limited;
        if (rule.shadow) continue;
        if (!refuses(rule.what)) {
            if (!rule.size_only()) return limit;  // It may match first, whatever the size.
            size_is_judged = true;
        } else if (certain && rule.sized && !(rule.size_only() && size_is_judged)) {
            limit = std::min(limit, rule.active_from - 1);
        }
    }
    return limit;
}

}  // namespace respguard::policy
