#include "respguard/stats/error_replies.hpp"

#include "respguard/base/hash.hpp"
#include "respguard/stats/error_meaning.hpp"
#include "respguard/stats/shard_stats.hpp"

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace respguard::stats {

event event_about(finished_command const& what, event_type type)
{
    event made;
    made.type = type;
    made.command = command::traits_of(what.command).name;
    made.client = what.client.address;
    made.client_id = what.client.id;
    made.name = what.client.name;
    made.user = what.client.user;
    made.db = what.client.db;
    made.script = what.script;
    made.queue = what.queue;
    made.family = what.family;
    made.request_bytes = what.request_bytes;
    made.arguments = what.arguments;
    return made;
}

error_replies::error_replies(command_watch& watch, notices::sink tell)
    : watch_(watch), notices_(std::move(tell))
{
    command_interest wanted;
    wanted.errors = true;
    watch_.add(*this, wanted);
}

void error_replies::on_finished(finished_command const& what) noexcept
{
    if (what.outcome != command_outcome::error) return;
    try {
        known_error const* const known = meaning_of(what.error);
        std::string_view const named = known != nullptr ? known->start : error_name(what.error);
        notices_.add(hash_of(named, what.command + 1ULL), what.at_ns, [&] {
            event made = event_about(what, event_type::error_reply);
            made.error = named;
            if (known != nullptr) made.reason = known->meaning;
            return made;
        });
    } catch (std::exception const&) {
        // Out of memory: the reply was passed on all the same, and counted.
    }
}

void error_replies::on_refused_connection(event who, std::uint64_t now_ns)
{
    constexpr std::string_view refused = "refused connection";
    notices_.add(hash_of(refused), now_ns, [&] {
        who.type = event_type::error_reply;
        who.error = refused;
        who.reason = "Redis hung up with an error before anything was asked: its maxclients is "
                     "reached, or it is in protected mode. EmailEngine alone opens about 40";
        return who;
    });
}

}  // namespace respguard::stats
