#include "respguard/policy/rule_set.hpp"

#include "respguard/base/arguments.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "policy/program.hpp"
#include "policy/rule_compiler.hpp"
#include "policy/rule_warnings.hpp"

namespace respguard::policy {

using command::command_id;

namespace {

constexpr std::size_t rules_max = no_rule - 1;

/// Empty if no two rules have the same id.
std::string duplicate_fault(std::vector<rule_settings> const& rules)
{
    std::map<std::string_view, rule_settings const*> seen;
    for (rule_settings const& rule : rules) {
        auto const [first, added] = seen.emplace(rule.id, &rule);
        if (added) continue;
        std::string const& source = first->second->source;
        return name_of(rule) + ": another rule has this id" +
               (source.empty() ? std::string{} : " (" + source + ")");
    }
    return {};
}

std::string total_fault(policy_settings const& settings)
{
    if (settings.rules.size() > rules_max) return "more than 65534 rules";
    auto const has_also_sets = [](rule_settings const& r) { return r.match.also_sets.has_value(); };
    auto const also_sets =
        std::count_if(settings.rules.begin(), settings.rules.end(), has_also_sets);
    if (static_cast<std::size_t>(also_sets) > program::also_sets_max) {
        return "more than 64 rules with also_sets";
    }
    auto const has_limit = [](rule_settings const& r) { return r.limit.has_value(); };
    auto const limits = std::count_if(settings.rules.begin(), settings.rules.end(), has_limit);
    if (static_cast<std::size_t>(limits) > program::limits_max) {
        return "more than 64 rules with a rate limit (over)";
    }
    return duplicate_fault(settings.rules);
}

/// One line for each wrong entry of policy.renamed.
std::string renamed_faults(policy_settings const& settings)
{
    std::string faults;
    auto const add = [&](auto const&... parts) {
        if (!faults.empty()) faults += '\n';
        (faults.append(parts), ...);
    };
    for (auto const& [name, as_sent] : settings.renamed) {
        command_id const id = command::find(lowered(name));
        if (id == command::other || name.find('|') != std::string::npos) {
            add("renamed: '", name, "' is no command that the guard knows");
        } else if (as_sent.empty() || command::find(lowered(as_sent)) != command::other) {
            add("renamed: '", as_sent, "' can not be the new name of '", name, "'");
        }
    }
    return faults;
}

}  // namespace

rule_set::rule_set() : rule_set({}, std::make_shared<program>(std::vector<compiled_rule>{})) {}

rule_set::rule_set(policy_settings const& settings, std::shared_ptr<program const> compiled)
    : rules_(settings.rules), enforce_(settings.enforce), program_(std::move(compiled))
{
    for (rule_settings const& rule : rules_) {
        for (std::string& line : warnings_of(rule))
            warnings_.push_back(std::move(line));
    }
    std::size_t const count = command::table().size();
    refuse_any_over_ = 0;
    for (std::size_t i = 0; i < count; ++i) {
        auto const id = static_cast<command_id>(i);
        active_from_.push_back(program_->active_from(id));
        looks_at_arguments_.push_back(program_->looks_at_arguments(id) ? 1 : 0);
        refuse_over_.push_back(program_->refuse_over_bytes(id));
        refuse_any_over_ = std::max(refuse_any_over_, refuse_over_.back());
    }
    looks_at_sender_ = program_->looks_at_sender();
    for (rule_settings const& rule : rules_) {
        has_limits_ = has_limits_ || rule.limit;
        if (!rule.match.reply_bytes_over || !reply_over_.empty()) continue;
        for (std::size_t i = 0; i < count; ++i) {
            auto const id = static_cast<command_id>(i);
            reply_over_.push_back(program_->reply_over(id));
            has_own_reply_rules_.push_back(program_->has_own_reply_rules(id) ? 1 : 0);
        }
    }
    for (auto const& [name, as_sent] : settings.renamed) {
        command_id const id = command::find(lowered(name));
        renamed_.push_back({lowered(as_sent), command::traits_of(id).name});
    }
}

parsed<rule_set> rule_set::compile(policy_settings const& settings)
{
    if (std::string fault = total_fault(settings); !fault.empty()) return problem{fault};
    std::vector<compiled_rule> compiled;
    compiled.reserve(settings.rules.size());
    std::string faults = renamed_faults(settings);
    for (rule_settings const& rule : settings.rules) {
        auto made = compile_rule(rule);
        if (made) {
            compiled.push_back(std::move(made).value());
        } else {
            faults += (faults.empty() ? "" : "\n") + made.error().text;
        }
    }
    if (!faults.empty()) return problem{faults};
    return rule_set(settings, std::make_shared<program>(std::move(compiled)));
}

verdict rule_set::judge_by_rules(request_facts const& facts) const noexcept
{
    verdict found = program_->judge(facts);
    if (!enforce_ && found.what >= action::reject) found.what = action::alert;
    return found;
}

bool rule_set::needs_arguments(command_id id) const noexcept
{
    return program_->needs_arguments(id);
}

rate_limit const* rule_set::limit_of(std::uint16_t rule) const noexcept
{
    auto const& limit = rules_[rule].limit;
    return limit ? &*limit : nullptr;
}

std::uint64_t rule_set::limit_bit(std::uint16_t rule) const noexcept
{
    return program_->limit_bit(rule);
}

verdict rule_set::judge_reply(reply_facts const& facts) const noexcept
{
    verdict found = program_->judge_reply(facts);
    if (!enforce_ && found.what >= action::reject) found.what = action::alert;
    return found;
}

std::uint64_t rule_set::reply_active_over(queued_replies queued) const noexcept
{
    return program_->reply_over(queued);
}

void rule_set::note_queued_by_rules(reply_facts const& command,
                                    queued_replies& queued) const noexcept
{
    program_->note_queued(command, queued);
}

byte_view rule_set::real_name(byte_view as_sent) const noexcept
{
    for (renamed_command const& renamed : renamed_) {
        if (equals_lower(as_sent, renamed.as_sent)) return renamed.name;
    }
    return as_sent;
}

bool nul_in_config_set(byte_view canonical) noexcept
{
    int names = 2;  // CONFIG and SET are the table's affair: identity::nul_in_name.
    for (byte_view argument : arguments(canonical)) {
        if (names > 0) {
            --names;
        } else if (argument.find('\0') != byte_view::npos) {
            return true;
        }
    }
    return false;
}

}  // namespace respguard::policy
