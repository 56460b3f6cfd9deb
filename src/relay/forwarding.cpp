// The exchange: verdicts, and what a forwarded command does to the connection.
#include "respguard/base/arguments.hpp"
#include "respguard/command/blocking.hpp"

#include <charconv>

#include "relay/exchange.hpp"

namespace respguard::relay {

namespace {

using command::role;
using command::trait;

constexpr byte_view discard_request = "*1\r\n$7\r\nDISCARD\r\n";
constexpr byte_view reply_on_request = "*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n";

/// Argument `index` of a whole canonical request; empty if there are fewer.
byte_view argument_at(byte_view canonical, std::size_t index) noexcept
{
    for (byte_view const argument : arguments(canonical)) {
        if (index-- == 0) return argument;
    }
    return {};
}

byte_view shown(byte_view name) noexcept { return name.substr(0, identity_part::shown_bytes_max); }

/// Who a request wants to be, borrowed from it.
struct asked_identity {
    std::optional<byte_view> name;
    std::optional<byte_view> user;
    bool twice = false;  ///< HELLO: the first of two may have taken place.

    void hello_option(byte_view option, std::size_t index, byte_view argument) noexcept
    {
        bool const is_name = equals_lower(option, "setname");
        if (!is_name && (index != 1 || !equals_lower(option, "auth"))) return;
        auto& wanted = is_name ? name : user;
        twice = twice || wanted;
        wanted = shown(argument);
    }
};

/// @param canonical HELLO, AUTH or CLIENT SETNAME, whole.
asked_identity read_identity(role what, byte_view canonical) noexcept
{
    asked_identity asked;
    std::size_t index = 0;
    byte_view option;  // Of HELLO: the option whose values follow, and where it stood.
    std::size_t option_index = 0;
    byte_view first;
    for (byte_view const argument : arguments(canonical)) {
        std::size_t const i = index++;
        if (i == 0) continue;
        if (what == role::client_setname) {
            if (i == 2) asked.name = shown(argument);
        } else if (what == role::auth) {
            // AUTH password, or AUTH user password: the last argument is a secret.
            asked.user = i == 1 ? byte_view("default") : shown(first);
            if (i == 1) first = argument;
        } else if (i >= 2 && option.empty()) {
            option = argument;
            option_index = i;
        } else if (i >= 2) {
            asked.hello_option(option, i - option_index, argument);
            if (!equals_lower(option, "auth") || i == option_index + 2) option = {};
        }
    }
    return asked;
}

}  // namespace

// Nearly every request: judge() would say the same, after more questions.
bool exchange::is_free_to_pass(request const& what) const noexcept
{
    command::identity const& is = what.head.is;
    return context_.rules.is_silent_about(is.id, what.size_bytes) && !requested_.in_multi &&
           command::traits_of(is.id).what == role::plain && !is.nul_in_name &&
           !is.nul_in_subcommand && what.size_bytes <= context_.settings.hold_bytes;
}

bool exchange::pass(request const& what, outputs const& to)
{
    if (is_free_to_pass(what)) [[likely]]
        return true;
    judgement verdict = judge_and_count(what);
    // The same answer however its bytes are cut: had it come in parts, it could not have been held.
    if (!verdict.refusal && what.size_bytes > context_.settings.hold_bytes &&
        needs_whole(command::traits_of(what.head.is.id), context_.rules, what.head.is.id)) {
        verdict.refusal = refuse_unjudged(what);
    }
    if (!verdict.refusal) return !end_;
    record_refused(what, verdict.verdict.rule);
    if (requested_.in_multi) requested_.poisoned = true;
    // However its bytes are cut, here too: in parts, it would not have been skipped to its end.
    bool const too_long = what.size_bytes > context_.settings.skip_bytes;
    refuse(too_long ? owed::local_close : owed::local, what.head.is.id, *verdict.refusal, to);
    return false;
}

byte_view exchange::owe(request const& what, std::uint64_t bytes)
{
    bool const size_known = bytes != policy::no_limit;
    command::command_id const id = what.head.is.id;
    requested_.used = true;
    passing_number_ = no_number;
    ++counted_.commands;
    if (size_known) {
        count_size(id, bytes);
        if (bytes >= stats::large_request_bytes) count_large(owner_of(id, what.canonical), bytes);
    } else {
        auto const owner = owner_of(id, what.canonical);
        seldom().unheld_owner = std::make_unique<seldom_needed::kept_owner>(
            seldom_needed::kept_owner{std::string(owner.script), std::string(owner.queue)});
    }
    if (requested_.taken_over) {
        if (size_known) upstream_queued_ += bytes;
        return {};
    }
    auto const& traits = command::traits_of(id);
    bool const is_ordinary = traits.what == role::plain && !requested_.in_multi &&
                             !traits.has(trait::blocking) && !traits.has(trait::block_option);
    forwarding made = is_ordinary ? forwarding{} : forwarding_of(what);
    if (made.entry.what != owed::reply) note_change(made.entry);
    made.entry.command = id;
    made.entry.sent = policy::no_limit;
    if (size_known) {
        upstream_queued_ += made.instead.empty() ? bytes : made.instead.size();
        made.entry.sent = upstream_queued_;
    }
    record_request(made.entry, what, bytes);
    passing_number_ = queue_.push(made.entry);
    return made.instead;
}

// Of user, name or database: what it is cannot be known before the reply.
void exchange::note_change(inflight_entry const& entry)
{
    std::uint64_t const number = queue_.end_number();
    std::uint64_t const oldest = queue_.first_number();
    bool const ends_multi = entry.what == owed::exec || entry.what == owed::discard ||
                            entry.what == owed::exec_as_discard;
    bool const resets = entry.what == owed::reset;
    if (entry.what == owed::select || resets || (ends_multi && requested_.select_in_multi)) {
        requested_.note_change(entry, number, oldest);
    }
    if (!resets || !replied_.identity) return;
    replied_.identity->name.ask({}, number, oldest);
    replied_.identity->user.ask({}, number, oldest);
}

void exchange::count_size(command::command_id id, std::uint64_t bytes, std::uint32_t times)
{
    counted_.request_bytes += bytes * times;
    context_.stats.request_sizes.add(bytes, times);
    auto& seen = context_.stats.of(id);
    seen.request_bytes += bytes * times;
    if (bytes > seen.request_bytes_max) seen.request_bytes_max = bytes;
}

void exchange::count_large(request_owner const& owner, std::uint64_t bytes)
{
    context_.stats.large_by_script.add(owner.script, bytes);
    context_.stats.large_by_queue.add(owner.queue, bytes);
}

inflight_entry* exchange::passing_entry() noexcept
{
    if (passing_number_ == no_number || passing_number_ < queue_.first_number()) return nullptr;
    return &queue_.at(passing_number_);
}

exchange::forwarding exchange::forwarding_of(request const& what)
{
    auto const& traits = command::traits_of(what.head.is.id);
    forwarding made;
    switch (traits.what) {
    case role::plain:
    case role::config_set:
    case role::cross_protocol:
    case role::shutdown:
        // Inside MULTI nothing blocks.
        made.entry.blocking = !requested_.in_multi &&
                              (traits.has(trait::blocking) || traits.has(trait::block_option)) &&
                              command::blocks(what.head.is.id, what.canonical);
        break;
    case role::multi:
    case role::exec:
    case role::discard:
    case role::reset:
    case role::quit: return transaction(traits.what, what.arguments);
    case role::subscribe:
        // Without channels it is answered by one ordinary error.
        if (what.arguments > 1) made.entry = entry_of(owed::confirmations, what.arguments - 1);
        break;
    case role::unsubscribe:
        made.entry = what.arguments > 1 ? entry_of(owed::confirmations, what.arguments - 1)
                                        : entry_of(owed::unsubscribe_all);
        break;
    case role::client_reply: return reply_mode(what);
    case role::hello:
    case role::auth:
    case role::client_setname: made.entry = stage_identity(traits.what, what.canonical); break;
    case role::select: {
        byte_view const text = argument_at(what.canonical, 1);
        std::uint32_t db = 0;
        std::from_chars(text.data(), text.data() + text.size(), db);
        made.entry.what = owed::select;
        made.entry.detail = db;
        break;
    }
    case role::takeover:
        made.entry = entry_of(owed::takeover);
        requested_.taken_over = true;
        break;
    }
    made.entry.in_multi = requested_.in_multi;
    if (requested_.in_multi) note_queued(what.head.is.id);
    return made;
}

void exchange::note_queued(command::command_id id) noexcept
{
    policy::reply_facts facts;
    facts.command = id;
    if (sender_) facts.from = &sender_->now(requested_, replied_, queue_.first_number());
    context_.rules.note_queued(facts, requested_.queued);
}

exchange::forwarding exchange::transaction(role what, std::uint32_t count)
{
    forwarding made;
    switch (what) {
    case role::multi:
        made.entry.in_multi = requested_.in_multi;
        if (count != 1 || requested_.in_multi) return made;
        requested_.in_multi = true;
        requested_.poisoned = false;
        requested_.queued = {};
        requested_.multi_number = queue_.end_number();
        made.entry.what = owed::multi;
        return made;
    case role::exec: {
        bool const poisoned = requested_.poisoned;
        requested_.leave_multi();
        if (!poisoned) return {entry_of(owed::exec, requested_.queued.packed()), {}};
        // Without an EXEC the server can not execute any part, whatever it makes of the rest.
        return {entry_of(owed::exec_as_discard, count == 1 ? 0 : 1), discard_request};
    }
    case role::discard:
    case role::reset: {
        if (count != 1) return made;
        bool const poisoned = requested_.poisoned;
        requested_.leave_multi();
        owed const owing = what == role::reset ? owed::reset : owed::discard;
        return {entry_of(owing, poisoned ? 1 : 0), {}};
    }
    default:  // quit: nothing behind it is read.
        reads_requests_ = false;
        return {entry_of(owed::quit), {}};
    }
}

// OFF and SKIP have no reply of their own, so their success could not be seen. CLIENT REPLY ON
// needs the same rights and always answers: it goes out instead, and we do what the client asked
// for.
exchange::forwarding exchange::reply_mode(request const& what)
{
    forwarding made;
    byte_view const mode = until_nul(argument_at(what.canonical, 2));
    bool const on = equals_lower(mode, "on");
    bool const off = equals_lower(mode, "off");
    bool const skip = equals_lower(mode, "skip");
    if (!(on || off || skip) || what.arguments != 3) return made;
    ++requested_.client_replies_owed;
    made.entry.what = on    ? owed::client_reply_on
                      : off ? owed::client_reply_off
                            : owed::client_reply_skip;
    made.instead = reply_on_request;
    return made;
}

inflight_entry exchange::stage_identity(role what, byte_view canonical)
{
    owed const kind = what == role::hello  ? owed::hello
                      : what == role::auth ? owed::auth
                                           : owed::set_name;
    asked_identity const asked = read_identity(what, canonical);
    // HELLO alone says nothing about who it is.
    if (kind == owed::hello && !asked.name && !asked.user) return entry_of(kind);
    if (!replied_.identity) replied_.identity = std::make_unique<client_identity>();
    client_identity& identity = *replied_.identity;
    bool const full = identity.staged.size() == client_identity::staged_max;
    auto const ask = [&](identity_part& part, std::optional<byte_view> const& wanted) {
        if (!wanted) return;
        part.ask(*wanted, queue_.end_number(), queue_.first_number());
        part.asked_twice = part.asked_twice || asked.twice;
        if (full || requested_.in_multi) part.lost_end = queue_.end_number() + 1;
    };
    ask(identity.name, asked.name);
    ask(identity.user, asked.user);
    if (full) return entry_of(kind);
    auto& staged = identity.staged.emplace_back();
    if (asked.name) staged.name = *asked.name;
    if (asked.user) staged.user = *asked.user;
    return entry_of(kind, 1);
}

void exchange::on_upstream_written(std::uint64_t bytes, std::uint64_t read_ns, std::uint64_t now_ns)
{
    std::uint32_t stamped = 0;
    std::uint64_t number = std::max(first_unstamped_, queue_.first_number());
    for (std::uint64_t const end = queue_.end_number(); number < end; ++number) {
        inflight_entry& entry = queue_.at(number);
        if (entry.what >= owed::local) continue;
        if (entry.sent > bytes) break;
        entry.sent = now_ns;
        entry.stamped = true;
        if (context_.recorder != nullptr) {
            context_.recorder->on_given(connection_, entry.note, read_ns, now_ns);
        }
        ++stamped;
    }
    first_unstamped_ = number;
    if (stamped > 0) context_.stats.overhead_request.add(now_ns - read_ns, stamped);
}

void exchange::abandon(std::uint64_t now_ns) noexcept
{
    while (!queue_.empty()) {
        inflight_entry& entry = queue_.front();
        if (entry.what < owed::local) {
            ++context_.stats.of(entry.command).cancelled;
            record_cancelled(entry, now_ns);
        }
        queue_.pop_front();
    }
    local_waiting_ = 0;
}

}  // namespace respguard::relay
