#include "respguard/stats/tap_record.hpp"

#include "respguard/command/keys.hpp"

namespace respguard::stats {

namespace {

class first_key final : public command::key_visitor {
public:
    void on_key(command::named_key const& key) noexcept override
    {
        if (bytes.empty()) bytes = key.bytes;
    }
    byte_view bytes;
};

}  // namespace

void tap_record::assign(finished_command const& what, bool shows_key) noexcept
{
    at_ns = what.at_ns;
    client_id = what.client.id;
    request_bytes = what.request_bytes;
    reply_bytes = what.reply_bytes;
    round_trip_ns = what.round_trip_ns;
    parts = what.parts;
    db = what.client.db;
    command = what.command;
    outcome = what.outcome;
    blocking = what.blocking;
    in_multi = what.in_multi;
    address.assign(what.client.address);
    name.assign(what.client.name);
    user.assign(what.client.user);
    script.assign(what.script);
    queue.assign(what.queue);
    family.assign(what.family);
    error.assign(what.error.substr(0, what.error.find_first_of(" \r\n")));
    rule.assign({});
    first_key found;
    if (shows_key && command::may_touch_keys(what.command)) {
        (void)command::visit_keys(what.command, what.request, found);
    }
    key.assign(found.bytes);
}

}  // namespace respguard::stats
