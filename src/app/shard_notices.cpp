#include "app/shard_notices.hpp"

#include "respguard/net/event_loop.hpp"
#include "respguard/net/sockets.hpp"

#include <string_view>
#include <utility>

namespace respguard::app {

void shard_notices::on_closed(relay::client_info const& client, relay::closed_client const& how)
{
    std::uint64_t const now = net::monotonic_ns();
    writes_.on_closed(client.id, how.by == side::client, now);
    if (std::string_view(how.reason) == "refused by upstream") {
        stats::event who;
        who.client = client.address;
        who.client_id = client.id;
        errors_.on_refused_connection(std::move(who), now);
    }
    // What a rule refuses is a storm of its own, and the guard's own end is nobody's fault.
    if (how.rejected > 0 || how.by == side::guard) return;
    reconnects_.on_closed({net::host_of(client.address), client.address, client.name,
                           to_string(how.by), how.reason, how.age_ns, how.errors, !how.orderly},
                          now);
}

void shard_notices::look(std::vector<stats::overdue_block> const& overdue, std::uint64_t now_ns)
{
    overdue_.look(overdue, now_ns);
    errors_.flush(now_ns);
    overdue_.flush(now_ns);
    near_limits_.flush(now_ns);
}

stats::notice_counts shard_notices::counts() const noexcept
{
    stats::notice_counts counted;
    counted.near_requests = near_limits_.requests();
    counted.near_replies = near_limits_.replies();
    counted.overdue_now = overdue_.now();
    counted.overdue_total = overdue_.total();
    counted.unanswered_writes_total = writes_.total();
    counted.reconnects_total = reconnects_.total();
    return counted;
}

}  // namespace respguard::app
