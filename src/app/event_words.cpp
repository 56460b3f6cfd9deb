#include "app/event_words.hpp"

#include "respguard/stats/error_meaning.hpp"

#include <cstdint>

namespace respguard::app {

using stats::event_type;

std::string_view in_words(event_type type) noexcept
{
    switch (type) {
    case event_type::rule_hit: return "rule matched";
    case event_type::storm: return "client is refused and reconnects again and again";
    case event_type::upstream_lost: return "upstream does not answer";
    case event_type::upstream_back: return "upstream answers again";
    case event_type::reload: return "reload";
    case event_type::enforce: return "policy.enforce switched";
    case event_type::doctor: return "doctor";
    case event_type::consumers_lost: return "the workers of a queue are gone";
    case event_type::consumers_back: return "a queue has workers again";
    case event_type::error_reply: return "upstream answered with an error";
    case event_type::overdue: return "reply later than the command's own time-out";
    case event_type::near_limit: return "size is near a limit";
    case event_type::duplicate_risk: return "writes were not answered and may be executed twice";
    case event_type::reconnects: return "client connects again and again";
    }
    return "";
}

log::level level_of_event(stats::event const& what) noexcept
{
    if (what.type == event_type::consumers_lost) return log::level::error;
    if (what.type == event_type::error_reply) {
        stats::known_error const* const known = stats::meaning_of(what.error);
        return known != nullptr && known->harmless ? log::level::info : log::level::warn;
    }
    bool const good =
        what.type == event_type::upstream_back || what.type == event_type::consumers_back;
    return good ? log::level::info : log::level::warn;
}

void log_client_event(stats::event const& what)
{
    log::write(level_of_event(what), in_words(what.type),
               {{"event", to_string(what.type)},
                {"command", std::string_view(what.command)},
                {"error", std::string_view(what.error)},
                {"reason", std::string_view(what.reason)},
                {"script", std::string_view(what.script)},
                {"queue", std::string_view(what.queue)},
                {"family", std::string_view(what.family)},
                {"request_bytes", what.request_bytes},
                {"reply_bytes", what.reply_bytes},
                {"client", std::string_view(what.client)},
                {"client_id", what.client_id},
                {"name", std::string_view(what.name)},
                {"user", std::string_view(what.user)},
                {"db", std::uint64_t{what.db}},
                {"lines_left_out", what.left_out}});
}

}  // namespace respguard::app
