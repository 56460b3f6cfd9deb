// The exchange: asking the rules, and counting what they say.
#include "relay/exchange.hpp"

namespace respguard::relay {

policy::request_facts exchange::facts_of(request const& what) noexcept
{
    policy::request_facts facts;
    facts.command = what.head.is.id;
    facts.name = what.head.name;
    facts.subcommand = what.head.subcommand;
    facts.size_bytes = what.size_bytes;
    facts.canonical = what.canonical;
    facts.arguments = what.arguments;
    if (seldom_) facts.shadowed = seldom_->shadowed_rules.view();
    if (sender_) facts.from = &sender_->now(requested_, replied_, queue_.first_number());
    return facts;
}

bool exchange::waits_for_arguments(request const& what) noexcept
{
    return context_.rules.looks_at_arguments(what.head.is.id) &&
           context_.rules.judge(facts_of(what)).cut;
}

judgement exchange::judge_and_count(request const& what)
{
    policy::request_facts facts = facts_of(what);
    judgement result = judge(what.head, facts, context_.rules, requested_.in_multi);
    if (context_.rules.has_limits() && sender_) {
        while (sender_->is_within_limits(result.verdict, facts, context_.rules, now_ns_)) {
            result = judge(what.head, facts, context_.rules, requested_.in_multi);
        }
    }
    policy::verdict const& verdict = result.verdict;
    bool const matched = verdict.rule != policy::no_rule || verdict.shadow != policy::no_rule;
    if (!matched && !result.refusal && !result.close) return result;
    count_verdict(result, what);
    return result;
}

void exchange::count_verdict(judgement const& result, request const& what)
{
    policy::verdict const& verdict = result.verdict;
    command::command_id const id = what.head.is.id;
    if (verdict.shadow != policy::no_rule) {
        auto& hits = context_.stats.rules[verdict.shadow];
        ++hits.shadow;
        hits.last_command = id;
        judged_request told{id, {}, "shadow", what.size_bytes, what.arguments};
        told.verdict.rule = verdict.shadow;
        told.shadow = true;
        context_.judged.push_back(told);
    }
    if (verdict.rule != policy::no_rule) {
        count_hit(verdict, id);
        matched_rule_ = verdict.rule;
        if (verdict.what == policy::action::allow) return;
        if (verdict.what >= policy::action::reject) seldom().refusing_rules.add(verdict.rule);
    } else if (!result.refusal && !result.close) {
        return;
    }
    if (verdict.what == policy::action::alert) ++context_.stats.of(id).alerted;
    char const* reason = result.refusal ? result.refusal->reason() : "";
    context_.judged.push_back({id, verdict, reason, what.size_bytes, what.arguments});
    if (!result.close) return;
    bool const by_rule = verdict.rule != policy::no_rule;
    end_ = exchange_end{side::client, by_rule ? "closed by rule" : "cross-protocol request",
                        exchange_end::manner::at_once};
    reads_requests_ = false;
}

void exchange::count_hit(policy::verdict const& verdict, command::command_id id) noexcept
{
    auto& hits = context_.stats.rules[verdict.rule];
    switch (verdict.what) {
    case policy::action::allow: ++hits.allow; break;
    case policy::action::alert: ++hits.alert; break;
    case policy::action::reject: ++hits.reject; break;
    case policy::action::close: ++hits.close; break;
    }
    hits.last_command = id;
}

void exchange::judge_late(std::uint64_t size_bytes, std::uint32_t arguments)
{
    request_head head;
    command::command_id const id = seldom_->unheld_command;
    head.name = seldom_->unheld_head->name;
    head.subcommand = seldom_->unheld_head->subcommand;
    head.is.id = id;
    policy::verdict const verdict =
        context_.rules.judge(facts_of(request{head, {}, arguments, size_bytes}));
    if (verdict.what != policy::action::alert)
        return;  // It has passed: too late for anything else.
    count_hit(verdict, id);
    ++context_.stats.of(id).alerted;
    context_.judged.push_back({id, verdict, "", size_bytes, arguments});
}

// While it comes: what is over the limit of a closing rule is not passed on.
void exchange::judge_reply()
{
    inflight_entry const& entry = queue_.front();
    policy::reply_facts facts;
    facts.command = entry.command;
    facts.size_bytes = framer_.size_bytes();
    if (sender_) facts.from = &sender_->now(requested_, replied_, queue_.first_number());
    if (entry.what == owed::exec) facts.queued = policy::queued_replies(entry.detail);
    policy::verdict const verdict = context_.rules.judge_reply(facts);
    if (verdict.rule == reply_rule_) return;  // It has been told, or there is none.
    reply_rule_ = verdict.rule;
    count_hit(verdict, entry.command);
    if (verdict.what == policy::action::alert) ++context_.stats.of(entry.command).alerted;
    context_.judged.push_back({entry.command, verdict, "reply too large", facts.size_bytes, 0});
    if (verdict.what != policy::action::close) return;
    end_ = exchange_end{side::client, "closed by rule", exchange_end::manner::at_once};
    reads_requests_ = false;
}

std::uint64_t exchange::bytes_before_reply_rule() const noexcept
{
    if (frame_ != frame_kind::reply || queue_.empty()) return policy::no_limit;
    std::uint64_t const limit = reply_active_over();
    return limit - std::min(limit, framer_.size_bytes());
}

void exchange::know_client(std::string_view address, std::string_view listener)
{
    if (sender_ || !context_.rules.looks_at_sender() || context_.limits == nullptr) return;
    sender_ = std::make_unique<sender_state>(address, listener, *context_.limits);
}

void exchange::renumber_rules(policy::rule_places const& places)
{
    auto const renumbered = [&](std::uint32_t detail) {
        return local_reply::from_detail(detail).renumbered(places).detail();
    };
    for (std::uint64_t number = queue_.first_number(); number != queue_.end_number(); ++number) {
        inflight_entry& entry = queue_.at(number);
        if (entry.what == owed::local || entry.what == owed::local_close) {
            entry.detail = renumbered(entry.detail);
        } else if (context_.recorder != nullptr) {
            context_.recorder->renumber_rules(entry.note, places);
        }
    }
    auto const place_of = [&](std::uint16_t rule) { return places.of(rule); };
    if (seldom_) {
        if (mode_ == request_mode::drop) seldom_->unheld_reply = renumbered(seldom_->unheld_reply);
        seldom_->refusing_rules.renumber(place_of);
        seldom_->shadowed_rules.renumber(place_of);
    }
    reply_rule_ = places.of(reply_rule_);
    if (sender_) sender_->renumber_rules(places);
}

}  // namespace respguard::relay
