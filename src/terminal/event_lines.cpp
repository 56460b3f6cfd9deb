#include "respguard/terminal/event_lines.hpp"

#include "respguard/terminal/short_number.hpp"

#include <fmt/format.h>

#include <string_view>

#include "terminal/json_member.hpp"

namespace respguard::terminal {

namespace {

namespace json = boost::json;

/// "10.0.0.5:51234 (cleanup, user ops, db 8)"
std::string sender_of(json::object const& event)
{
    std::string out = text_at(event, "client");
    std::string more;
    auto const add = [&more](std::string_view what, std::string const& value) {
        if (value.empty()) return;
        if (!more.empty()) more += ", ";
        more.append(what).append(value);
    };
    add("", text_at(event, "name"));
    add("user ", text_at(event, "user"));
    if (auto const db = integer_at(event, "db"); db > 0) add("db ", std::to_string(db));
    return more.empty() ? out : out + " (" + more + ")";
}

}  // namespace

std::string event_line(json::object const& event)
{
    std::string words;
    auto const add = [&words](std::string_view separator, std::string const& text) {
        if (text.empty()) return;
        if (!words.empty()) words += separator;
        words += text;
    };
    add("", text_at(event, "action"));
    add(" ", text_at(event, "rule"));
    add(": ", text_at(event, "command"));
    if (auto const bytes = number_at(event, "request_bytes"); bytes > 0) {
        words += " of " + short_size(bytes) + (bytes < 1'024 ? " bytes" : "");
    }
    if (auto const bytes = number_at(event, "reply_bytes"); bytes > 0) {
        words += ", reply of " + short_size(bytes) + (bytes < 1'024 ? " bytes" : "");
    }
    for (std::string_view const which : {"script", "queue", "family"})
        add(", " + std::string(which) + " ", text_at(event, which));
    add(", from ", sender_of(event));
    add(": ", text_at(event, "error"));
    add(": ", text_at(event, "reason"));
    if (auto const more = integer_at(event, "left_out"); more > 0) {
        add(" ", fmt::format("[{} more like it not told]", more));
    }
    return fmt::format("{}  {:<13}  {}", date_and_time(integer_at(event, "unix_ms")),
                       text_at(event, "type"), words);
}

}  // namespace respguard::terminal
