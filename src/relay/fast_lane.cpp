// The exchange: nearly every request and reply. What the long way would do, without its questions,
// and once for replies that are alike.
#include <algorithm>
#include <span>
#include <utility>

#include "relay/exchange.hpp"

namespace respguard::relay {

namespace {

/// All but its place among what is kept.
bool is_alike(inflight_entry const& a, inflight_entry const& b) noexcept
{
    return a.sent == b.sent && a.detail == b.detail && a.command == b.command && a.what == b.what &&
           a.blocking == b.blocking && a.in_multi == b.in_multi && a.stamped == b.stamped &&
           a.note.script == b.note.script && a.note.queue == b.note.queue &&
           a.note.family == b.note.family &&
           (a.note.kept == kept_requests::none) == (b.note.kept == kept_requests::none);
}

}  // namespace

struct exchange::alike_requests {
    command::command_id command = command::other;
    stats::label family = stats::no_label;
    std::uint64_t size_bytes = 0;
    std::uint32_t count = 0;  // 0: there are none.
};

void exchange::count_alike(alike_requests& what)
{
    std::uint32_t const n = std::exchange(what.count, 0);
    if (n == 0) return;
    counted_.commands += n;
    count_size(what.command, what.size_bytes, n);
    context_.recorder->count_requests(what.family, what.size_bytes, n);
}

void exchange::pass_freely(known_command const& known,
                           resp::request_parser::plain_request const& plain, byte_view canonical,
                           alike_requests& alike)
{
    command::command_id const id = known.is.id;
    std::uint64_t const size = canonical.size();
    upstream_queued_ += size;
    inflight_entry entry;
    entry.command = id;
    entry.sent = upstream_queued_;
    auto const leading = std::span(plain.leading).first(plain.leading_count());
    byte_view key;
    if (known.key_argument != 0 && known.key_argument < leading.size()) {
        auto const where = leading[known.key_argument];
        key = canonical.substr(where.offset, where.size);
    }
    auto const family = context_.recorder->on_free_request(
        entry.note, canonical, plain.argument_count, key, [&]() noexcept {
            return recorded_request{id, canonical, plain.argument_count, size, now_ns_, leading};
        });
    (void)queue_.push(entry);
    if (alike.command != id || alike.size_bytes != size || alike.family != family) {
        count_alike(alike);
        alike = {id, family, size, 0};
    }
    ++alike.count;
}

[[gnu::always_inline]] inline known_command const*
exchange::find_known(std::span<char const> input,
                     resp::request_parser::plain_request const& plain) const noexcept
{
    auto const [offset, size] = plain.leading[0];
    char const* const name = input.data() + offset;
    return input.size() - offset >= name_memo::name_bytes_max ? context_.names.find_in(name, size)
                                                              : context_.names.find({name, size});
}

exchange::progress exchange::pass_free_requests(cursor& at, output& upstream)
{
    if (mode_ != request_mode::hold || !parser_.idle() || requested_.in_multi ||
        requested_.taken_over || context_.recorder == nullptr) {
        return progress::wait;
    }
    std::size_t const begin = at.position;
    std::uint64_t const size_max = free_bytes_max();
    std::size_t const inflight_max = context_.settings.inflight_max;
    resp::request_parser::plain_request plain;
    known_command const* known = nullptr;  // Of the request before.
    alike_requests alike;
    progress ended = progress::on;
    while (at.position < at.input.size() && queue_.size() < inflight_max) {
        auto const rest = at.rest();
        if (known == nullptr || !plain.is_repeated_in(rest, rest.data() - plain.size_bytes)) {
            ended = progress::wait;
            if (!parser_.read_plain(rest, plain)) break;
            known = find_known(rest, plain);
            if (known == nullptr || plain.size_bytes >= known->free_below ||
                plain.size_bytes > size_max) {
                break;
            }
            ended = progress::on;
        }
        pass_freely(*known, plain, {rest.data(), plain.size_bytes}, alike);
        at.position += plain.size_bytes;
    }
    if (at.position == begin) return ended;
    count_alike(alike);
    requested_.used = true;
    passing_number_ = no_number;
    upstream.append({at.input.data() + begin, at.position - begin});
    return ended;
}

// Inlined where they are used, twice each at most: with the questions of every reply, calls would
// be a part of the work.
[[gnu::always_inline]] inline std::size_t exchange::simple_reply_at(byte_view input) noexcept
{
    if (input.empty() || queue_.empty() || queue_.front().what != owed::reply) return 0;
    return framer_.scan_simple(input);
}

[[gnu::always_inline]] inline bool exchange::is_uniform(std::uint64_t size_bytes,
                                                        std::uint64_t now_ns) const noexcept
{
    inflight_entry const& entry = queue_.front();
    return context_.recorder != nullptr && framer_.type() != '-' && entry.stamped &&
           !entry.blocking && !entry.in_multi &&
           context_.recorder->is_uniform(entry, size_bytes, now_ns - std::min(entry.sent, now_ns));
}

[[gnu::always_inline]] inline void exchange::release_front() noexcept
{
    release_record(queue_.front());
    queue_.pop_front();
}

[[gnu::always_inline]] inline void exchange::count_alike(inflight_entry const& entry,
                                                         std::uint64_t size_bytes,
                                                         std::uint32_t times, std::uint64_t now_ns)
{
    std::uint64_t const bytes = size_bytes * times;
    std::uint64_t const round_trip = now_ns - std::min(entry.sent, now_ns);
    auto& stats = context_.stats.of(entry.command);
    completed_ = static_cast<std::uint16_t>(completed_ + times);
    stats.calls += times;
    stats.reply_bytes += bytes;
    counted_.reply_bytes += bytes;
    context_.stats.reply_sizes.add(size_bytes, times);
    stats.at_once.add(round_trip, times);
    counted_.timed += times;
    counted_.round_trip_ns += round_trip * times;
    counted_.round_trip_ns_max = std::max(counted_.round_trip_ns_max, round_trip);
    auto const parts = context_.recorder->on_alike(connection_, entry, now_ns, size_bytes, times);
    if (round_trip == 0) return;
    stats.where.add(parts, round_trip, times);
    counted_.behind_ns += parts.behind_ns * times;
}

bool exchange::pass_simple_replies(byte_view& input, std::uint64_t now_ns, output& client)
{
    // Values of these types are never pushes.
    if (!framer_.at_start() || opaque_replies_ || local_waiting_ > 0 || requested_.taken_over ||
        replied_.silent()) {
        return false;
    }
    byte_view rest = input;
    while (std::size_t const size = simple_reply_at(rest)) {
        frame_ = frame_kind::reply;
        frame_first_ns_ = now_ns;
        any_frame_ = true;
        reply_rule_ = policy::no_rule;
        bool const judged = size > reply_active_over();
        if (judged) [[unlikely]] {
            judge_reply();
            if (end_) break;
        }
        rest.remove_prefix(size);
        if (judged || !is_uniform(size, now_ns)) {
            finish_reply(now_ns, client);
        } else if (rest.empty() || connection_.replied_ns != now_ns) {
            // The first of a read waited behind earlier ones for another time than those behind it.
            count_alike(queue_.front(), size, 1, now_ns);
            release_front();
        } else {
            pass_alike_replies(rest, size, now_ns);
        }
    }
    std::size_t const passed = input.size() - rest.size();
    client.append(input.substr(0, passed));
    input = rest;
    return passed > 0 || end_;
}

void exchange::pass_alike_replies(byte_view& input, std::size_t size, std::uint64_t now_ns)
{
    inflight_entry const first = queue_.front();
    char const* const text = input.data() - size;
    std::uint32_t count = 0;
    for (;;) {
        ++count;
        release_front();
        // What all of it depends on: the bytes, and what is known of the request.
        if (queue_.empty() || !is_alike(queue_.front(), first) ||
            !context_.recorder->is_small(queue_.front().note) || input.size() < size ||
            !are_same(input.data(), text, size)) {
            break;
        }
        input.remove_prefix(size);
    }
    count_alike(first, size, count, now_ns);
}

}  // namespace respguard::relay
