// The reply side of the exchange: whose frame is it, may the client see it, what does it change.
#include <algorithm>

#include "relay/exchange.hpp"

namespace respguard::relay {

namespace {

constexpr byte_view exec_abort = "-EXECABORT Transaction discarded because of previous errors.\r\n";
constexpr byte_view exec_abort_arity =
    "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command\r\n";
constexpr byte_view exec_without_multi = "-ERR EXEC without MULTI\r\n";
constexpr byte_view discard_without_multi = "ERR DISCARD without MULTI";

/// A frame larger than this can not be one of the short lines that are not shown to the client.
constexpr std::uint64_t short_line_bytes = 64;

/// So many bytes of a frame tell what it is; they are looked at by themselves, so that it makes no
/// difference where reads happened to end. Kinds stand in the first 100, unless attributes come
/// first.
constexpr std::size_t first_look_bytes = 256;

bool asks_for_confirmations(inflight_entry const& entry) noexcept
{
    return entry.what == owed::confirmations || entry.what == owed::unsubscribe_all;
}

/// Type of a frame that began with an attribute.
constexpr char attribute = '|';

/// The client gets another reply than upstream's, or none.
bool is_replaced(owed what) noexcept
{
    return what == owed::exec_as_discard || what == owed::client_reply_off ||
           what == owed::client_reply_skip;
}

/// A transaction of which a request was refused goes on at the server: its EXEC might execute the
/// rest, and we no longer know that it is one.
exchange_end still_in_multi() noexcept
{
    return {side::upstream, "MULTI could not be left", exchange_end::manner::flushed};
}

bool is_error(char type) noexcept { return type == '-' || type == '!'; }

}  // namespace

void exchange::on_upstream_bytes(byte_view input, std::uint64_t now_ns, output& client)
{
    completed_ = 0;
    // Nearly always that is all.
    if (pass_simple_replies(input, now_ns, client) && input.empty() && !end_) return;
    read_frames(input, now_ns, client);
}

void exchange::read_frames(byte_view input, std::uint64_t now_ns, output& client)
{
    while (!input.empty() && !end_) {
        if (pass_simple_replies(input, now_ns, client)) continue;
        if (opaque_replies_) {
            client.append(input);
            break;
        }
        if (requested_.taken_over && framer_.at_start() &&
            begins_foreign_stream(input.front(), client)) {
            continue;
        }
        if (framer_.at_start()) {
            frame_ = frame_kind::unknown;
            fate_ = fate::undecided;
            frame_first_ns_ = now_ns;
            reply_rule_ = policy::no_rule;
        }
        std::size_t const seen =
            framer_.at_start() ? 0 : static_cast<std::size_t>(framer_.size_bytes());
        auto const step = framer_.scan(
            frame_ == frame_kind::unknown ? input.substr(0, first_look_bytes - seen) : input);
        if (step.what == resp::reply_framer::status::malformed) {
            ++context_.stats.counters.upstream_protocol_errors_total;
            end_ = exchange_end{side::upstream, framer_.reason(), exchange_end::manner::flushed};
            return;
        }
        bool const whole = step.what == resp::reply_framer::status::frame_end;
        byte_view const part = input.substr(0, step.consumed);
        input.remove_prefix(step.consumed);
        if (frame_ == frame_kind::unknown) classify(client);
        if (end_) return;
        if (frame_ == frame_kind::reply && framer_.size_bytes() > reply_active_over()) {
            judge_reply();
            if (end_) return;
        }
        if (fate_ == fate::undecided) decide_fate(whole);
        if (fate_ == fate::undecided) {
            undecided_.append(part);
        } else {
            if (fate_ == fate::pass) {
                if (!undecided_.empty()) client.append_copy(undecided_.view());
                client.append(part);
            }
            undecided_.clear();
        }
        if (whole) finish_frame(now_ns, client);
    }
    if (local_waiting_ > 0 && framer_.at_start() && !end_) flush_local(client);
}

// SYNC has no reply that could be framed: line feeds to keep the connection alive, then `$` and a
// size with that many bytes, but no CR LF behind them.
bool exchange::begins_foreign_stream(char first, output& client)
{
    if (first != '\n' && first != '$') return false;
    flush_local(client);
    if (end_ || queue_.empty() || queue_.front().what != owed::takeover) return false;
    ++context_.stats.of(queue_.front().command).calls;
    release_record(queue_.front());
    queue_.pop_front();
    opaque_replies_ = true;
    return true;
}

// Push, confirmation, reply or surplus: PROTOCOL.md section 5. Local replies that are due stand in
// front of a reply, but not in front of a push: those may be late answers to what came before.
void exchange::classify(output& client)
{
    char const type = leading_type();
    inflight_entry const* head = queue_.empty() ? nullptr : &queue_.front();
    // An array is a push only in RESP2, and only if something was or is being subscribed to.
    bool const maybe_array = type == '*' && replied_.resp == 2 &&
                             (replied_.subscriptions.any() || head == nullptr ||
                              head->what >= owed::local || asks_for_confirmations(*head));
    if (type == '>' || maybe_array) {
        if (!framer_.kind_known() && framer_.size_bytes() < first_look_bytes) return;
        byte_view const kind = framer_.kind_known() ? framer_.kind() : byte_view();
        if (is_subscribe_kind(kind) || is_unsubscribe_kind(kind)) {
            flush_local(client);
            if (end_) return;
        }
        if (is_confirmation()) {
            frame_ = frame_kind::confirmation;
            return;
        }
        // Nobody asked for that "unsubscribe": a slot moved away in a cluster.
        bool const is_told = is_message_kind(kind) || is_unsubscribe_kind(kind);
        if (type == '>' || (replied_.subscriptions.any() && is_told)) {
            frame_ = frame_kind::push;
            return;
        }
    }
    if (local_waiting_ > 0) flush_local(client);
    if (end_) return;
    frame_ = queue_.empty() ? frame_kind::surplus : frame_kind::reply;
    if (type == attribute) {
        // Our own replies in place of these could not be told from what the attribute belongs to.
        if (frame_ == frame_kind::reply && is_replaced(queue_.front().what)) {
            end_ = exchange_end{side::upstream, "reply does not fit the request",
                                exchange_end::manner::flushed};
        }
    } else if (frame_ == frame_kind::surplus) {
        reads_requests_ = false;  // Its reply could not be told from this one.
    }
}

bool exchange::is_confirmation() const noexcept
{
    if (queue_.empty() || !asks_for_confirmations(queue_.front()) || !framer_.kind_known()) {
        return false;
    }
    return command::traits_of(queue_.front().command).name == framer_.kind();
}

// What an attribute belongs to is not known when its bytes are passed on: such a frame is taken for
// a reply, whatever comes.
char exchange::leading_type() const noexcept
{
    return framer_.has_attribute() ? attribute : framer_.type();
}

void exchange::decide_fate(bool whole)
{
    switch (frame_) {
    case frame_kind::unknown: return;
    case frame_kind::push:
    case frame_kind::confirmation:
    case frame_kind::surplus: fate_ = fate::pass; return;
    case frame_kind::reply: fate_ = fate_of_reply(whole); return;
    }
}

exchange::fate exchange::fate_of_reply(bool whole) const noexcept
{
    fate const shown = replied_.silent() ? fate::drop : fate::pass;
    char const type = leading_type();
    bool const is_long = framer_.size_bytes() > short_line_bytes;
    switch (queue_.front().what) {
    case owed::client_reply_on:
        // +OK ends the silence, so it is seen itself.
        if (type != '+') return shown;
        if (!whole && !is_long) return fate::undecided;
        return framer_.line() == "OK" ? fate::pass : shown;
    case owed::client_reply_off:
    case owed::client_reply_skip:
        if (type != '+') return shown;
        if (!whole && !is_long) return fate::undecided;
        return framer_.line() == "OK" ? fate::drop : shown;
    case owed::reset:
        // RESET ends OFF before it answers, but not SKIP.
        return type == '+' && !replied_.skip_next ? fate::pass : shown;
    case owed::exec_as_discard:
        if (type == '+') return fate::drop;
        if (type != '-') return shown;
        if (!whole && !is_long) return fate::undecided;
        return framer_.line() == discard_without_multi ? fate::drop : shown;
    default: return shown;
    }
}

void exchange::finish_frame(std::uint64_t now_ns, output& client)
{
    undecided_.clear();
    bool const first = !any_frame_;
    any_frame_ = true;
    if (framer_.type() == '>' && framer_.has_attribute()) {
        frame_ = is_confirmation() ? frame_kind::confirmation : frame_kind::push;
    }
    switch (frame_) {
    case frame_kind::unknown:
    case frame_kind::push: {
        ++context_.stats.counters.pushes_total;
        byte_view const kind = framer_.kind();
        if (is_unsubscribe_kind(kind) && framer_.third()) {
            replied_.subscriptions.note(kind, *framer_.third());
        }
        return;
    }
    case frame_kind::confirmation: finish_confirmation(now_ns); return;
    case frame_kind::surplus:
        // "-ERR max number of clients reached", "-DENIED ...": upstream says why it hangs up.
        end_ = exchange_end{side::upstream,
                            first && framer_.type() == '-' ? "refused by upstream"
                                                           : "reply without a request",
                            exchange_end::manner::flushed};
        return;
    case frame_kind::reply: finish_reply(now_ns, client); return;
    }
}

void exchange::finish_confirmation(std::uint64_t now_ns)
{
    inflight_entry& entry = queue_.front();
    byte_view const kind = framer_.kind();
    if (framer_.third()) replied_.subscriptions.note(kind, *framer_.third());
    bool const last = entry.what == owed::confirmations ? --entry.detail == 0
                                                        : replied_.subscriptions.of(kind) == 0;
    auto& stats = context_.stats.of(entry.command);
    stats.reply_bytes += framer_.size_bytes();
    counted_.reply_bytes += framer_.size_bytes();
    if (!last) return;
    count_reply(entry, stats, false, now_ns);
    release_record(entry);
    replied_.skip_next = false;
    queue_.pop_front();
}

void exchange::finish_reply(std::uint64_t now_ns, output& client)
{
    inflight_entry entry = queue_.front();
    queue_.pop_front();
    bool const error = is_error(framer_.type());
    auto& stats = context_.stats.of(entry.command);
    stats.reply_bytes += framer_.size_bytes();
    counted_.reply_bytes += framer_.size_bytes();
    context_.stats.reply_sizes.add(framer_.size_bytes());
    count_reply(entry, stats, error, now_ns);
    release_record(entry);
    if (error) {
        ++seldom().errors;
        context_.stats.count_error(entry.command, framer_.line());
    }
    if (entry.what != owed::reply) settle(entry, error, client);
    // The reply that SKIP was for has come, unless it was that of SKIP itself.
    bool const starts_skip = entry.what == owed::client_reply_skip && framer_.line() == "OK";
    if (!starts_skip) replied_.skip_next = false;
}

// What an answered command has changed.
void exchange::settle(inflight_entry const& entry, bool error, output& client)
{
    bool const ok = framer_.type() == '+' && framer_.line() == "OK";
    switch (entry.what) {
    case owed::reply: return;
    case owed::confirmations:
    case owed::unsubscribe_all:
        if (error) return;  // One error for the whole command (ACL).
        end_ = exchange_end{side::upstream, "reply does not fit the request",
                            exchange_end::manner::flushed};
        return;
    case owed::multi:
        if (error && requested_.multi_number == queue_.first_number() - 1) requested_.leave_multi();
        return;
    case owed::exec:
        if (framer_.type() == '*' && framer_.top_count() >= 0 && replied_.db_in_multi) {
            replied_.db = *replied_.db_in_multi;
        }
        replied_.db_in_multi.reset();
        return;
    case owed::discard:
        if (!error) replied_.db_in_multi.reset();
        if (entry.detail != 0 && error && framer_.line() != discard_without_multi) {
            end_ = still_in_multi();
        }
        return;
    case owed::exec_as_discard:
        replied_.db_in_multi.reset();
        if (framer_.type() == '+') {
            deliver_local(entry.detail == 0 ? exec_abort : exec_abort_arity, client);
        } else if (framer_.line() == discard_without_multi) {
            deliver_local(exec_without_multi, client);
        } else {
            end_ = still_in_multi();
        }
        return;
    case owed::hello:
        if (framer_.type() == '%') replied_.resp = 3;
        if (framer_.type() == '*') replied_.resp = 2;
        if (entry.detail != 0) replied_.settle_hello(!error, queue_.first_number() - 1);
        return;
    case owed::auth:
    case owed::set_name:
        if (entry.detail != 0) replied_.settle_identity(ok);
        return;
    case owed::select:
        if (ok) replied_.db = entry.detail;
        if (!ok && !error && entry.in_multi) replied_.db_in_multi = entry.detail;
        return;
    case owed::reset:
        if (!error) replied_.reset(queue_.first_number() - 1);
        if (error && entry.detail != 0) end_ = still_in_multi();
        return;
    case owed::client_reply_on:
    case owed::client_reply_off:
    case owed::client_reply_skip:
        --requested_.client_replies_owed;
        if (!ok) return;
        if (entry.what == owed::client_reply_on) replied_.replies_off = false;
        if (entry.what == owed::client_reply_off) replied_.replies_off = true;
        if (entry.what == owed::client_reply_skip) replied_.skip_next = !replied_.replies_off;
        return;
    case owed::quit:
        end_ = exchange_end{side::client, "quit", exchange_end::manner::flushed};
        return;
    case owed::takeover: opaque_replies_ = true; return;
    case owed::local:
    case owed::local_close:
    case owed::nothing: return;  // Never at the front here: flush_local() has answered them.
    }
}

}  // namespace respguard::relay
