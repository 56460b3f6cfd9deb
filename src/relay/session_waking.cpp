// The session: its part in a wake-up that it shares with others.
#include "relay/session.hpp"
#include "relay/session_shared.hpp"

namespace respguard::relay {

void session::take(side from, net::io_result how, std::span<char> bytes, std::uint64_t read_ns)
{
    if (phase_ != phase::relaying) [[unlikely]] {
        // Ended in this wake-up; or upstream did that was never asked, then this is for the next.
        if (phase_ == phase::waiting && from == side::client)
            keep_early(from, {how, bytes, read_ns});
        return;
    }
    if (on_ring_ && (!in_step_on_ring_ || bytes.size() >= net::event_loop::received_bytes_max))
        [[unlikely]] {
        if (has_to_leave_ring(from, {how, bytes, read_ns})) return;
    }
    if (how.what == net::io_status::ok) [[likely]] {
        if (calm_ > 0) count_calm(bytes.size());
        // There may be more, of which the edge will not tell.
        if (bytes.size() == wake_up::read_bytes && on_edge_) [[unlikely]]
            leave_edge();
        if (from == side::client) {
            client_read_ns_ = shared_.traffic_ns = read_ns;
            shared_.stats.counters.client_read_bytes_total += bytes.size();
            take_requests(bytes);
        } else {
            shared_.stats.counters.upstream_read_bytes_total += bytes.size();
            take_replies({bytes.data(), bytes.size()}, read_ns);
        }
        return;
    }
    if (how.what == net::io_status::would_block) {
        if (on_edge_) leave_edge();  // It was told of something that it has not got.
        return;
    }
    fall_out_of_step();
    shared_.wake.finish_writing();
    if (phase_ != phase::relaying) return;
    leave_ring(early::kept);
    if (from == side::upstream) {
        on_upstream_end(how.error);
    } else if (how.what == net::io_status::end) {
        on_client_end();
    } else {
        finish(side::client, "connection reset", how.error);
    }
}

void session::take_requests(std::span<char> input)
{
    if (!requests_.empty()) [[unlikely]] {  // On the ring only.
        requests_.append({input.data(), input.size()});
        if (others_are_written()) process_requests(requests_.bytes());
        leave_ring_unless_small();
        return;
    }
    output& upstream = shared_.to_upstream;
    exchange_.set_now(client_read_ns_);
    std::size_t const consumed = exchange_.on_client_bytes(input, upstream, shared_.to_client);
    if (exchange_.simply_passed()) [[likely]] {
        request_since_ns_ = client_read_ns_;
        shared_.wake.write_later(*this, side::upstream, upstream, client_read_ns_, 0);
        return;
    }
    if (others_are_written()) after_requests(input, consumed);
    // Replies that were read with them may end what the next ones wait for.
    shared_.wake.settle_later(*this);
    leave_ring_unless_small();
}

void session::take_replies(byte_view input, std::uint64_t read_ns)
{
    output& client = shared_.to_client;
    exchange_.on_upstream_bytes(input, read_ns, client);
    if (!exchange_.end() && shared_.judged.empty() && !client.empty() && client.is_borrowed())
        [[likely]] {
        if (exchange_.in_opaque_reply()) {  // The rest may be spliced.
            fall_out_of_step();
            if (on_ring_) shared_.wake.settle_later(*this);
        }
        shared_.wake.write_later(*this, side::client, client, read_ns,
                                 exchange_.replies_completed());
        return;
    }
    if (others_are_written()) after_replies(read_ns);
    leave_ring_unless_small();
}

bool session::others_are_written()
{
    fall_out_of_step();
    shared_.wake.finish_writing();
    if (phase_ == phase::relaying) return true;
    if (!shared_.judged.empty()) report_judged();
    shared_.to_upstream.clear();
    shared_.to_client.clear();
    return false;
}

}  // namespace respguard::relay
