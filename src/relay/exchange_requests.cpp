// The request side of the exchange: finding requests, holding, skipping and streaming them.
#include "respguard/base/arguments.hpp"
#include "respguard/resp/inline_request.hpp"

#include <algorithm>

#include "relay/exchange.hpp"

namespace respguard::relay {

namespace {

resp::request_limits parser_limits(relay_settings const& settings) noexcept
{
    resp::request_limits limits;
    limits.bulk_bytes_max = settings.bulk_bytes;
    return limits;
}

/// An inline request is judged like any other, from its canonical form.
request_head head_of_canonical(byte_view canonical, policy::rule_set const& rules,
                               std::uint32_t& arguments_seen) noexcept
{
    request_head head;
    for (byte_view const argument : arguments(canonical)) {
        byte_view const cut = argument.substr(0, name_bytes_max);
        if (arguments_seen == 0) head.name = rules.real_name(cut);
        if (arguments_seen == 1 && command::needs_subcommand(head.name)) head.subcommand = cut;
        ++arguments_seen;
    }
    head.is = command::identify(head.name, head.subcommand);
    return head;
}

}  // namespace

exchange::exchange(exchange_context const& context)
    : context_(context), parser_(parser_limits(context.settings))
{
    connection_.said = &replied_;
}

std::size_t exchange::on_client_bytes(std::span<char> input, output& upstream, output& client)
{
    // Nearly always that is all.
    cursor at{input, 0};
    if (tail_bytes_ == 0 && takes_requests() && !end_ &&
        pass_free_requests(at, upstream) == progress::on && at.position == input.size()) {
        has_more_ = false;
        simply_passed_ = queue_.size() < context_.settings.inflight_max;
        return at.position;
    }
    std::size_t const consumed = read_requests(at, {upstream, client});
    simply_passed_ = consumed == input.size() && wants_requests() && !end_ && client.empty() &&
                     context_.judged.empty() && !upstream.empty() && upstream.is_borrowed() &&
                     opaque_request_bytes() == 0 && !has_more_;
    return consumed;
}

std::size_t exchange::read_requests(cursor& at, outputs const& to)
{
    auto& [upstream, client] = to;
    auto const input = at.input;
    // Inline requests grow when they are rewritten, so the input's size does not bound the
    // output's.
    std::uint64_t const enough = input.size() + context_.settings.buffer_bytes;
    has_more_ = false;
    while (at.position < input.size() && reads_requests_ && !end_) {
        if (upstream.size_bytes() >= enough || !wants_requests() ||
            client.size_bytes() >= context_.settings.buffer_bytes) {
            has_more_ = true;
            break;
        }
        if (tail_bytes_ > 0) {
            stream_tail(at, to);
        } else if (pass_free_requests(at, upstream) == progress::on) {
            continue;
        } else if (read_request(at, to) == progress::wait) {
            break;
        }
    }
    return reads_requests_ ? at.position : input.size();
}

exchange::progress exchange::read_request(cursor& at, outputs const& to)
{
    using status = resp::request_parser::status;
    status const what = parser_.parse(at.rest());
    if (mode_ != request_mode::hold && what != status::malformed) {
        return drop_or_pass(at, what == status::complete, to);
    }
    switch (what) {
    case status::complete: on_complete(at, to); return progress::on;
    case status::line: on_line(at, to); return progress::on;
    case status::decided: return on_decided(at, to);
    case status::need_more: return on_partial(at, to);
    case status::empty:
        at.position += static_cast<std::size_t>(parser_.size_bytes());
        parser_.next();
        on_empty(to);
        return progress::on;
    case status::malformed: on_malformed(to); return progress::on;
    }
    return progress::wait;
}

void exchange::on_complete(cursor& at, outputs const& to)
{
    auto const size = static_cast<std::size_t>(parser_.size_bytes());
    byte_view const canonical(at.rest().data(), size);
    request_head const head = head_of_whole(parser_, canonical, context_.rules, context_.names);
    request const what{head, canonical, parser_.argument_count(), size};
    if (pass(what, to)) {
        byte_view const instead = owe(what, size);
        to.upstream.append(instead.empty() ? canonical : instead);
    }
    at.position += size;
    parser_.next();
}

void exchange::on_line(cursor& at, outputs const& to)
{
    auto const line = parser_.line();
    byte_view const text(at.rest().data() + line.offset, line.size);
    at.position += static_cast<std::size_t>(parser_.size_bytes());
    parser_.next();

    std::string& canonical = context_.scratch;
    canonical.clear();
    switch (resp::append_canonical(text, canonical)) {
    case resp::inline_status::blank: on_empty(to); return;
    case resp::inline_status::unbalanced_quotes: {
        resp::protocol_error error;
        error.what = resp::protocol_error::code::unbalanced_quotes;
        ++context_.stats.counters.protocol_errors_total;
        reads_requests_ = false;
        push_local(owed::local_close, command::other, local_reply::of(error), to);
        return;
    }
    case resp::inline_status::request: break;
    }
    ++context_.stats.counters.rewritten_requests_total;
    std::uint32_t count = 0;
    request_head const head = head_of_canonical(canonical, context_.rules, count);
    request const what{head, canonical, count, canonical.size()};
    if (!pass(what, to)) return;
    byte_view const instead = owe(what, canonical.size());
    if (instead.empty()) {
        to.upstream.append_copy(canonical);
    } else {
        to.upstream.append(instead);
    }
}

// Every size is known, only the last argument's body is missing: the verdict can be taken now, and
// the body need not be held, unless the command's meaning depends on it.
exchange::progress exchange::on_decided(cursor& at, outputs const& to)
{
    byte_view const rest(at.rest().data(), at.rest().size());
    auto const head = head_of(parser_, rest, context_.rules);
    if (!head) return on_partial(at, to);
    auto const& traits = command::traits_of(head->is.id);
    std::uint64_t const size = parser_.size_bytes();
    request const what{*head, rest.substr(0, std::min<std::uint64_t>(rest.size(), size)),
                       parser_.argument_count(), size};
    bool const whole_needed = needs_whole(traits, context_.rules, head->is.id);
    if (size <= context_.settings.hold_bytes &&
        size <= context_.rules.refuse_over_bytes(head->is.id) &&
        (whole_needed || waits_for_arguments(what))) {
        return progress::wait;
    }
    judgement const verdict = judge_and_count(what);
    if (end_) return progress::on;
    if (verdict.refusal || whole_needed) {
        record_refused(what, verdict.verdict.rule);
        start_skipping(at, head->is.id, verdict.refusal ? *verdict.refusal : refuse_unjudged(what),
                       to);
        return progress::on;
    }
    (void)owe(what, size);  // Commands that are replaced need to be whole, so they never get here.
    auto const header_bytes = static_cast<std::size_t>(parser_.header_bytes());
    to.upstream.append(rest.substr(0, header_bytes));
    at.position += header_bytes;
    mode_ = request_mode::pass;
    tail_bytes_ = parser_.tail_bytes();
    parser_.next();
    return progress::on;
}

// Not all headers are there. Held, unless the least it can become is too much already.
exchange::progress exchange::on_partial(cursor& at, outputs const& to)
{
    if (parser_.argument_count() == 0) return progress::wait;  // The parser bounds lines itself.
    byte_view const held(at.rest().data(), at.rest().size());
    auto const head = head_of(parser_, held, context_.rules);
    auto const id = head ? head->is.id : command::other;
    std::uint64_t const limit =
        head ? context_.rules.refuse_over_bytes(id) : context_.rules.refuse_over_bytes();
    std::uint64_t const least = parser_.least_size_bytes();
    request_head const shown = head.value_or(request_head{});
    request const what{shown, held, parser_.argument_count(), least};

    if (least > limit) {
        judgement const verdict = judge_and_count(what);
        if (end_) return progress::on;
        record_refused(what, verdict.verdict.rule);
        start_skipping(at, id, verdict.refusal ? *verdict.refusal : refuse_unjudged(what), to);
        return progress::on;
    }
    std::uint64_t const hold_max = limit == policy::no_limit
                                       ? context_.settings.hold_bytes
                                       : std::max(limit, context_.settings.hold_bytes);
    if (held.size() <= hold_max) return progress::wait;
    if (!head || limit != policy::no_limit ||
        needs_whole(command::traits_of(id), context_.rules, id)) {
        record_refused(what, policy::no_rule);
        start_skipping(at, id, refuse_unjudged(what), to);
        return progress::on;
    }
    // No rule can refuse it for its size, so nothing still to come can change the verdict.
    judgement const verdict = judge_and_count(what);
    if (verdict.refusal) {
        record_refused(what, verdict.verdict.rule);
        start_skipping(at, id, *verdict.refusal, to);
        return progress::on;
    }
    if (end_) return progress::on;
    (void)owe(what, policy::no_limit);
    mode_ = request_mode::pass;
    seldom().unheld_command = id;
    if (verdict.verdict.what == policy::action::allow) {
        seldom().unheld_head = std::make_unique<seldom_needed::kept_head>(
            seldom_needed::kept_head{std::string(head->name), std::string(head->subcommand)});
    }
    return drop_or_pass(at, false, to);
}

// The middle of a request that is not held: whatever was parsed passes, or is dropped.
exchange::progress exchange::drop_or_pass(cursor& at, bool whole, outputs const& to)
{
    std::size_t const n = parser_.droppable_bytes(at.rest().size());
    byte_view const bytes(at.rest().data(), n);
    if (mode_ == request_mode::pass) {
        to.upstream.append(bytes);
        upstream_queued_ += n;
    } else {
        context_.stats.counters.skipped_bytes_total += n;
        if (parser_.least_size_bytes() > context_.settings.skip_bytes) {
            refuse(owed::local_close, seldom_->unheld_command,
                   local_reply::from_detail(seldom_->unheld_reply), to);
            return progress::on;
        }
    }
    at.position += n;
    if (whole) {
        std::uint64_t const size = parser_.size_bytes();
        seldom_needed& kept = seldom();
        if (kept.unheld_head) judge_late(size, parser_.argument_count());
        kept.unheld_head.reset();
        parser_.next();
        if (mode_ == request_mode::pass) {
            count_size(kept.unheld_command, size);
            if (auto const& owner = kept.unheld_owner) {
                count_large({owner->script, owner->queue}, size);
            }
            kept.unheld_owner.reset();
            if (inflight_entry* const entry = passing_entry()) {
                entry->sent = upstream_queued_;
                if (context_.recorder != nullptr) context_.recorder->on_whole(entry->note, size);
            }
        }
        end_request(to);
        return progress::on;
    }
    parser_.release(n);
    return n > 0 && at.position < at.input.size() ? progress::on : progress::wait;
}

// The last argument's body and its CR LF, which need not be looked at any more.
void exchange::stream_tail(cursor& at, outputs const& to)
{
    auto const rest = at.rest();
    auto const n = static_cast<std::size_t>(std::min<std::uint64_t>(tail_bytes_, rest.size()));
    if (mode_ == request_mode::pass) {
        // Redis does not look at the two bytes behind an argument; upstream gets what it expects.
        if (tail_bytes_ >= 2 && tail_bytes_ - 2 < n) {
            rest[static_cast<std::size_t>(tail_bytes_ - 2)] = '\r';
        }
        if (tail_bytes_ - 1 < n) rest[static_cast<std::size_t>(tail_bytes_ - 1)] = '\n';
        to.upstream.append({rest.data(), n});
    } else {
        context_.stats.counters.skipped_bytes_total += n;
    }
    at.position += n;
    tail_bytes_ -= n;
    if (tail_bytes_ == 0) end_request(to);
}

// Refused before it is whole: its bytes are dropped as they come, and it is answered when it ends.
void exchange::start_skipping(cursor& at, command::command_id id, local_reply reply,
                              outputs const& to)
{
    seldom().unheld_command = id;
    seldom().unheld_reply = reply.detail();
    if (requested_.in_multi) requested_.poisoned = true;
    if (parser_.least_size_bytes() > context_.settings.skip_bytes) {
        refuse(owed::local_close, id, reply, to);
        return;
    }
    mode_ = request_mode::drop;
    (void)drop_or_pass(at, false, to);
}

void exchange::end_request(outputs const& to)
{
    bool const dropped = mode_ == request_mode::drop;
    mode_ = request_mode::hold;
    if (dropped) {
        refuse(owed::local, seldom_->unheld_command,
               local_reply::from_detail(seldom_->unheld_reply), to);
    }
}

void exchange::on_malformed(outputs const& to)
{
    ++context_.stats.counters.protocol_errors_total;
    reads_requests_ = false;
    // Upstream holds the beginning of a request that will never be whole: it is not executed, and
    // nobody is owed a reply to it, unless one is on its way already.
    bool const is_answered = queue_.size() == 1 && in_frame() &&
                             (frame_ == frame_kind::reply || frame_ == frame_kind::confirmation);
    if (mode_ == request_mode::pass && passing_entry() != nullptr && !is_answered) {
        release_record(queue_.back());
        queue_.pop_back();
    }
    push_local(owed::local_close, command::other, local_reply::of(parser_.error()), to);
}

void exchange::on_empty(outputs const& to)
{
    ++context_.stats.counters.empty_requests_total;
    // It only matters to CLIENT REPLY SKIP, for which it is a request.
    if (!replied_.skip_next && requested_.client_replies_owed == 0) return;
    if (requested_.taken_over) return;
    inflight_entry entry;
    entry.what = owed::nothing;
    queue_.push(entry);
    ++local_waiting_;
    if (framer_.at_start()) flush_local(to.client);
}

}  // namespace respguard::relay
