#include "relay/wake_up.hpp"

#include "respguard/net/event_loop.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "relay/session.hpp"

namespace respguard::relay {

namespace {

constexpr std::size_t cache_line = 64;

constexpr std::size_t aligned(std::size_t place) noexcept
{
    return (place + cache_line - 1) / cache_line * cache_line;
}

}  // namespace

void wake_up::pass()
{
    while (looked_at_ < waiting_count_) {
        std::size_t const end = read_some(looked_at_);
        while (looked_at_ < end) {
            arrival const& each = waiting_[looked_at_++];
            each.of->take(each.which, each.how, each.bytes, each.read_ns);
        }
        finish_writing();
    }
    waiting_count_ = looked_at_ = 0;
    // Whoever has more to do than to wait for the next bytes.
    for (std::size_t i = 0; i < unsettled_.size(); ++i)
        unsettled_[i]->settle();
    unsettled_.clear();
}

std::size_t wake_up::read_some(std::size_t begin)
{
    std::size_t used = 0;
    for (; begin < waiting_count_ && used < enough_bytes; ++begin) {
        arrival& each = waiting_[begin];
        if (each.read_ns != 0) continue;
        each.how = each.of->read({buffer_.get() + used, read_bytes}, each.which);
        each.read_ns = net::monotonic_ns();
        each.bytes = {buffer_.get() + used, each.how.bytes};
        used = aligned(used + each.how.bytes);
    }
    return begin;
}

void wake_up::write_later(session& of, side to, output& bytes, std::uint64_t read_ns,
                          std::uint32_t replies)
{
    // What goes out by one call goes to each socket once.
    if (of.written_in(to) == writing_) finish_writing();
    of.written_in(to) = writing_;
    auto const pieces = bytes.pieces();
    departure& made = departures_[departure_count_++];
    made.of = &of;
    made.to = to;
    made.pieces = 1;
    made.what.piece = pieces.front();
    made.what.pieces = {};
    made.what.size_bytes = bytes.size_bytes();
    made.what.read_ns = read_ns;
    made.what.replies = replies;
    made.what.sent = nullptr;
    if (pieces.size() > 1) [[unlikely]]
        keep_pieces(pieces);
    bytes.clear();
}

void wake_up::keep_pieces(std::span<byte_view const> pieces)
{
    departure& of = departures_[departure_count_ - 1];
    of.pieces = static_cast<std::uint32_t>(pieces.size());
    of.first_piece = static_cast<std::uint32_t>(more_pieces_.size());
    more_pieces_.insert(more_pieces_.end(), pieces.begin(), pieces.end());
}

void wake_up::write_all()
{
    if (!more_pieces_.empty()) [[unlikely]]
        find_pieces();
    // Only where some have small messages: of large ones the call itself costs next to nothing.
    if (departure_count_ >= together_min && loop_.is_receiving() && more_pieces_.empty()) {
        write_together();
    } else {
        write_one_by_one();
    }
    departure_count_ = 0;
    ++writing_;
    more_pieces_.clear();
}

void wake_up::find_pieces() noexcept
{
    for (departure& each : std::span(departures_).first(departure_count_)) {
        if (each.pieces == 1) continue;
        each.what.pieces = std::span(more_pieces_).subspan(each.first_piece, each.pieces);
    }
}

void wake_up::write_one_by_one()
{
    std::uint64_t now = net::monotonic_ns();
    for (departure const& each : std::span(departures_).first(departure_count_))
        hand_over(each, now);
}

void wake_up::write_together()
{
    std::size_t count = 0;
    for (departure& each : std::span(departures_).first(departure_count_)) {
        if (!each.of->can_send(each.to)) continue;
        each.what.sent = &outgoing_[count].how;
        outgoing_[count++] = {each.of->fd(each.to), each.what.piece, {}};
    }
    std::uint64_t const began_ns = net::monotonic_ns();
    loop_.send(std::span(outgoing_).first(count));
    std::uint64_t const ended_ns = net::monotonic_ns();
    // When each was sent is known as its place in between (docs/LATENCY.md).
    std::uint64_t const step_ns = (ended_ns - began_ns) / std::max<std::size_t>(count, 1);
    std::uint64_t now = began_ns;
    for (departure& each : std::span(departures_).first(departure_count_)) {
        each.what.sent_ns = now + step_ns;
        hand_over(each, now);
    }
}

void wake_up::hand_over(departure const& each, std::uint64_t& now_ns)
{
    bool const settled = each.to == side::client ? each.of->write_replies(each.what, now_ns)
                                                 : each.of->write_requests(each.what, now_ns);
    if (!settled) [[unlikely]]
        unsettled_.push_back(each.of);
}

}  // namespace respguard::relay
