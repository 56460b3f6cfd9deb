#include "relay/wake_up.hpp"

#include "respguard/net/event_loop.hpp"

#include <algorithm>

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
    std::size_t begin = 0;
    while (begin < waiting_count_) {
        std::size_t const end = read_some(begin);
        for (; begin < end; ++begin) {
            arrival const& each = waiting_[begin];
            each.of->take(each.which, each.how, each.bytes, each.read_ns);
        }
        finish_writing();
    }
    waiting_count_ = 0;
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
    auto const pieces = bytes.pieces();
    departures_[departure_count_++] = {
        &of,    to, replies, pieces.front(), more_pieces_.size(), pieces.size(), bytes.size_bytes(),
        read_ns};
    if (pieces.size() > 1) [[unlikely]]
        more_pieces_.insert(more_pieces_.end(), pieces.begin(), pieces.end());
    bytes.clear();
}

void wake_up::write_all()
{
    std::uint64_t now = net::monotonic_ns();
    for (departure const& each : std::span(departures_).first(departure_count_)) {
        written_out what{{&each.piece, 1}, each.size_bytes, each.read_ns, each.replies};
        if (each.pieces > 1) [[unlikely]]
            what.pieces = std::span(more_pieces_).subspan(each.first_piece, each.pieces);
        bool const settled = each.to == side::client ? each.of->write_replies(what, now)
                                                     : each.of->write_requests(what, now);
        if (!settled) [[unlikely]]
            unsettled_.push_back(each.of);
    }
    departure_count_ = 0;
    more_pieces_.clear();
}

}  // namespace respguard::relay
