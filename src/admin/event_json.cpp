#include "admin/event_json.hpp"

#include <boost/json/array.hpp>

#include <string>
#include <utility>

#include "admin/presentable.hpp"

namespace respguard::admin {

namespace json = boost::json;

json::object event_json(stats::event const& what)
{
    json::object out{
        {"id", what.id}, {"unix_ms", what.unix_ns / 1'000'000}, {"type", to_string(what.type)}};
    auto const add_text = [&out](std::string_view name, std::string const& text) {
        if (!text.empty()) out[name] = presentable(text);
    };
    auto const add_number = [&out](std::string_view name, std::uint64_t number) {
        if (number > 0) out[name] = number;
    };
    add_text("rule", what.rule);
    add_text("action", what.action);
    add_text("command", what.command);
    add_text("client", what.client);
    add_number("client_id", what.client_id);
    add_text("name", what.name);
    add_text("user", what.user);
    add_number("db", what.db);
    add_text("script", what.script);
    add_text("queue", what.queue);
    add_text("family", what.family);
    add_text("error", what.error);
    add_text("reason", what.reason);
    add_text("old", what.old_value);
    add_text("new", what.new_value);
    add_number("old_seen_unix_ms", what.old_seen_unix_ms);
    add_number("request_bytes", what.request_bytes);
    add_number("reply_bytes", what.reply_bytes);
    add_number("arguments", what.arguments);
    add_number("left_out", what.left_out);
    return out;
}

json::object events_json(std::vector<stats::event> const& events, stats::event_ring const& from,
                         std::string_view run)
{
    json::array rows;
    for (stats::event const& each : events)
        rows.push_back(event_json(each));
    return {{"events", std::move(rows)},
            {"run", run},
            {"oldest_id", from.oldest()},
            {"newest_id", from.newest()}};
}

}  // namespace respguard::admin
