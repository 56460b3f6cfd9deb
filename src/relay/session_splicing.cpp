// The session: large bodies go from socket to socket inside the kernel.
//
// A 1 MB value costs a third of the processor time that copying it through this process does
// (docs/PERFORMANCE.md). Only the inside of an argument or of a bulk reply goes this way:
// everything that decides anything is read, and so is the CR LF behind the body.
#include "respguard/net/sockets.hpp"

#include <algorithm>
#include <sys/socket.h>

#include "relay/session.hpp"
#include "relay/session_shared.hpp"

namespace respguard::relay {

namespace {

/// For less than this two splice() are not cheaper than reading and writing (PERFORMANCE.md section
/// 5).
constexpr std::uint64_t splice_bytes_min = 32 * 1024;

/// How many of the next `opaque` bytes can go past this process; 0: none.
std::size_t spliceable(std::uint64_t opaque, net::stream const& to) noexcept
{
    if (opaque < splice_bytes_min) return 0;
    // No more than the other side takes at once: the rest would have to be copied and kept.
    std::uint64_t const room = net::writable_bytes(to);
    return room < splice_bytes_min ? 0 : static_cast<std::size_t>(std::min(opaque, room));
}

}  // namespace

// From a unix socket into TCP, splicing is slower than copying.
void session::choose_splicing(bool upstream_is_unix) noexcept
{
    splices_requests_ = shared_.pipe.is_open() && (!client_is_unix_ || upstream_is_unix);
    splices_replies_ = shared_.pipe.is_open() && (!upstream_is_unix || client_is_unix_);
}

bool session::drain_pipe(net::stream& to, byte_buffer& pending, std::uint64_t& written, int& error)
{
    net::splice_pipe& pipe = shared_.pipe;
    while (pipe.size() > 0) {
        auto const result = pipe.drain(to);
        if (result.what == net::io_status::ok) {
            written += result.bytes;
            continue;
        }
        std::size_t const left = pipe.size();
        pending.grew(pipe.take_back(pending.spare(left).first(left)));
        error = result.error;
        return result.what != net::io_status::error;
    }
    return true;
}

bool session::splice_request()
{
    std::size_t const bytes_max = spliceable(exchange_.opaque_request_bytes(), upstream_);
    if (bytes_max == 0) return false;
    auto const got = shared_.pipe.fill(client_, bytes_max);
    switch (got.what) {
    case net::io_status::would_block: return true;
    case net::io_status::error: finish(side::client, "connection reset", got.error); return true;
    case net::io_status::end: on_client_end(); return true;
    case net::io_status::ok: break;
    }
    client_read_ns_ = request_since_ns_ = net::monotonic_ns();
    shared_.stats.counters.client_read_bytes_total += got.bytes;
    shared_.stats.counters.spliced_bytes_total += got.bytes;
    exchange_.skip_request_bytes(got.bytes);

    std::uint64_t const before = upstream_written_;
    int error = 0;
    bool const stood = drain_pipe(upstream_, to_upstream_, upstream_written_, error);
    shared_.stats.counters.upstream_written_bytes_total += upstream_written_ - before;
    exchange_.on_upstream_written(upstream_written_, client_read_ns_, client_read_ns_);
    if (!stood) give_up_upstream();
    if (!to_upstream_.empty()) ++shared_.stats.counters.upstream_stalls_total;
    watch();
    return true;
}

bool session::splice_reply()
{
    std::size_t const bytes_max = spliceable(exchange_.opaque_reply_bytes(), client_);
    if (bytes_max == 0) return false;
    auto const got = shared_.pipe.fill(upstream_, bytes_max);
    switch (got.what) {
    case net::io_status::would_block: return true;
    case net::io_status::error: on_upstream_end(got.error); return true;
    case net::io_status::end: on_upstream_end(0); return true;
    case net::io_status::ok: break;
    }
    shared_.stats.counters.upstream_read_bytes_total += got.bytes;
    shared_.stats.counters.spliced_bytes_total += got.bytes;
    exchange_.skip_reply_bytes(got.bytes);

    std::uint64_t const before = client_written_;
    int error = 0;
    bool const stood = drain_pipe(client_, to_client_, client_written_, error);
    shared_.stats.counters.client_written_bytes_total += client_written_ - before;
    if (!stood) {
        finish(side::client, "connection reset", error);
        return true;
    }
    if (!to_client_.empty()) ++shared_.stats.counters.client_stalls_total;
    watch();
    return true;
}

}  // namespace respguard::relay
