// The exchange: replies of our own, each in its turn behind what upstream owes.
#include "relay/exchange.hpp"

namespace respguard::relay {

local_reply exchange::refuse_unjudged(request const& what)
{
    local_reply const reply = local_reply::too_large(policy::no_rule);
    context_.judged.push_back({what.head.is.id,
                               {policy::action::reject, policy::no_rule},
                               reply.reason(),
                               what.size_bytes,
                               what.arguments});
    return reply;
}

void exchange::refuse(owed how, command::command_id id, local_reply reply, outputs const& to)
{
    ++context_.stats.of(id).rejected;
    ++seldom().rejected;
    if (how == owed::local && context_.settings.barrier.count() > 0) {
        barrier_.raise(queue_.end_number());
    }
    push_local(how, id, reply, to);
}

void exchange::push_local(owed what, command::command_id id, local_reply reply, outputs const& to)
{
    if (what == owed::local_close) reads_requests_ = false;
    if (requested_.taken_over) {
        // Nobody knows where in the foreign reply stream our error would have to stand.
        bool const protocol = reply.what() == local_reply::kind::protocol_error;
        end_ = exchange_end{side::client,
                            protocol ? "protocol error" : "refused behind MONITOR or SYNC",
                            exchange_end::manner::flushed};
        return;
    }
    inflight_entry entry = entry_of(what, reply.detail());
    entry.command = id;
    queue_.push(entry);
    ++local_waiting_;
    // Between frames only: a push may be half written to the client.
    if (framer_.at_start()) flush_local(to.client);
}

void exchange::flush_local(output& client)
{
    while (!queue_.empty() && !end_) {
        inflight_entry const& entry = queue_.front();
        if (entry.what < owed::local) return;
        auto const what = entry.what;
        auto const reply = local_reply::from_detail(entry.detail);
        if (what != owed::nothing) {
            deliver_local(reply.text(entry.command, context_.rules, context_.settings.hold_bytes),
                          client);
        }
        barrier_.on_answered(queue_.first_number(), !replied_.silent());
        queue_.pop_front();
        --local_waiting_;
        replied_.skip_next = false;
        if (what == owed::local_close) {
            bool const protocol = reply.what() == local_reply::kind::protocol_error;
            end_ = exchange_end{side::client, protocol ? "protocol error" : "request too large",
                                exchange_end::manner::flushed};
        }
    }
}

void exchange::deliver_local(byte_view text, output& client)
{
    if (!replied_.silent()) client.append_copy(text);
}

}  // namespace respguard::relay
