// The session: writing, and keeping what a socket does not take.
#include <span>
#include <utility>

#include "relay/session.hpp"
#include "relay/session_shared.hpp"

namespace respguard::relay {

namespace {

written_out all_of(output const& what, std::uint64_t read_ns, std::uint32_t replies) noexcept
{
    auto const pieces = what.pieces();
    return {pieces.front(), pieces.size() > 1 ? pieces : std::span<byte_view const>(),
            what.size_bytes(), read_ns, replies};
}

/// Tries once; not at all if something is to go before it. `now_ns` becomes the time behind it.
[[gnu::always_inline]] inline net::io_result send(net::stream& to, written_out const& what,
                                                  byte_buffer const& pending,
                                                  std::uint64_t& now_ns) noexcept
{
    net::io_result result{net::io_status::would_block, 0, 0};
    if (what.sent != nullptr) {
        now_ns = what.sent_ns;
        if (pending.empty()) [[likely]]
            result = *what.sent;
    } else {
        if (pending.empty()) [[likely]]
            result = what.pieces.empty() ? to.write(what.piece) : to.write(what.pieces);
        now_ns = net::monotonic_ns();
    }
    return result;
}

}  // namespace

bool session::send_rest(net::stream& to, std::span<byte_view const> pieces, byte_buffer& pending,
                        std::uint64_t& written, int& error, net::io_result result)
{
    std::size_t offset = 0;  // Of the first piece.
    for (;;) {
        if (result.what == net::io_status::error) {
            error = result.error;
            return false;
        }
        written += result.bytes;
        std::size_t taken = result.bytes + offset;
        while (!pieces.empty() && taken >= pieces.front().size()) {
            taken -= pieces.front().size();
            pieces = pieces.subspan(1);
        }
        offset = taken;
        if (pieces.empty() || result.what != net::io_status::ok) break;
        result = offset == 0 ? to.write(pieces) : to.write(pieces.front().substr(offset));
    }
    for (; !pieces.empty(); pieces = pieces.subspan(1)) {
        pending.append(pieces.front().substr(std::exchange(offset, 0)));
    }
    return true;
}

bool session::send_pending(net::stream& to, byte_buffer& pending, std::uint64_t& written,
                           int& error)
{
    while (!pending.empty()) {
        auto const result = to.write(pending.view());
        if (result.what == net::io_status::error) {
            error = result.error;
            return false;
        }
        if (result.what != net::io_status::ok) return true;
        written += result.bytes;
        pending.drop(result.bytes);
    }
    return true;
}

bool session::write_requests(written_out const& what, std::uint64_t& now_ns)
{
    if (phase_ != phase::relaying) return true;
    // Before the call: on its way out, a request may well be answered before send() returns.
    std::uint64_t const given_ns = now_ns;
    auto const result = send(upstream_, what, to_upstream_, now_ns);
    if (result.bytes != what.size_bytes) [[unlikely]] {
        bool const settled = write_requests_rest(what, result, given_ns);
        now_ns = net::monotonic_ns();
        return settled;
    }
    upstream_written_ += what.size_bytes;
    shared_.stats.counters.upstream_written_bytes_total += what.size_bytes;
    exchange_.on_upstream_written(upstream_written_, what.read_ns, given_ns);
    return true;
}

bool session::write_requests_rest(written_out const& what, net::io_result result,
                                  std::uint64_t given_ns)
{
    std::uint64_t const before = upstream_written_;
    int error = 0;
    bool const stood =
        send_rest(upstream_, what.all(), to_upstream_, upstream_written_, error, result);
    shared_.stats.counters.upstream_written_bytes_total += upstream_written_ - before;
    exchange_.on_upstream_written(upstream_written_, what.read_ns, given_ns);
    if (stood && to_upstream_.empty()) return true;
    fall_out_of_step();
    if (!stood) give_up_upstream();
    if (!to_upstream_.empty()) ++shared_.stats.counters.upstream_stalls_total;
    return false;
}

void session::write_upstream()
{
    output& from = shared_.to_upstream;
    if (from.empty()) return;
    std::uint64_t now = net::monotonic_ns();
    (void)write_requests(all_of(from, client_read_ns_, 0), now);
    from.clear();
}

bool session::flush_upstream()
{
    std::uint64_t const before = upstream_written_;
    std::uint64_t const given_ns = net::monotonic_ns();
    int error = 0;
    bool const stood = send_pending(upstream_, to_upstream_, upstream_written_, error);
    shared_.stats.counters.upstream_written_bytes_total += upstream_written_ - before;
    exchange_.on_upstream_written(upstream_written_, client_read_ns_, given_ns);
    if (!stood) give_up_upstream();
    if (!to_upstream_.empty()) return true;
    if (client_ended_) upstream_.shutdown_write();
    go_on();
    return phase_ == phase::relaying;
}

// It may have said why before it went, and answered what came before: all of that is still to be
// read, and its end is seen there.
void session::give_up_upstream()
{
    upstream_gave_up_ = true;
    to_upstream_.clear();
    upstream_.shutdown_write();
}

bool session::write_replies(written_out const& what, std::uint64_t& now_ns)
{
    if (phase_ != phase::relaying) return true;
    auto const result = send(client_, what, to_client_, now_ns);
    if (result.bytes != what.size_bytes) [[unlikely]]
        return write_replies_rest(what, result, now_ns);
    client_written_ += what.size_bytes;
    shared_.stats.counters.client_written_bytes_total += what.size_bytes;
    if (what.replies > 0) shared_.stats.overhead_reply.add(now_ns - what.read_ns, what.replies);
    return true;
}

bool session::write_replies_rest(written_out const& what, net::io_result result,
                                 std::uint64_t& now_ns)
{
    bool const was_blocked = !to_client_.empty();
    std::uint64_t const before = client_written_;
    int error = 0;
    bool const stood = send_rest(client_, what.all(), to_client_, client_written_, error, result);
    now_ns = net::monotonic_ns();
    shared_.stats.counters.client_written_bytes_total += client_written_ - before;
    if (stood && to_client_.empty()) {
        if (what.replies > 0) shared_.stats.overhead_reply.add(now_ns - what.read_ns, what.replies);
        return true;
    }
    fall_out_of_step();
    if (!stood) {
        finish(side::client, "connection reset", error);
    } else if (!was_blocked) {
        ++shared_.stats.counters.client_stalls_total;
    }
    return false;
}

bool session::write_client(std::uint64_t read_ns, std::uint32_t replies)
{
    output& from = shared_.to_client;
    if (from.empty()) return true;
    std::uint64_t now = 0;
    (void)write_replies(all_of(from, read_ns, replies), now);
    from.clear();
    return phase_ == phase::relaying;
}

bool session::flush_client()
{
    std::uint64_t const before = client_written_;
    int error = 0;
    if (!send_pending(client_, to_client_, client_written_, error)) {
        finish(side::client, "connection reset", error);
        return false;
    }
    shared_.stats.counters.client_written_bytes_total += client_written_ - before;
    if (to_client_.size() <= shared_.settings.buffer_bytes) local_output_ = false;
    if (phase_ == phase::flushing && to_client_.empty()) {
        after_flush();
        return false;
    }
    if (phase_ != phase::relaying) return true;
    go_on();
    return phase_ == phase::relaying;
}

void session::note_stall()
{
    std::uint64_t const now = net::monotonic_ns();
    if (to_client_.empty()) {
        exchange_.on_client_flows(now);
    } else {
        exchange_.on_client_stalled(now);
    }
}

}  // namespace respguard::relay
