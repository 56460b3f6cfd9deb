#include "respguard/terminal/slowlog_lines.hpp"

#include "respguard/terminal/short_number.hpp"

#include <fmt/format.h>

#include <string_view>

#include "terminal/json_member.hpp"

namespace respguard::terminal {

namespace json = boost::json;

std::string slowlog_lines(json::object const& entry)
{
    std::string words = text_at(entry, "command");
    auto const add = [&words](std::string_view before, std::string const& text) {
        if (!text.empty()) words.append(before).append(text);
    };
    add(" ", text_at(entry, "script"));
    auto const& arguments = rows_at(entry, "arguments");
    // The first is the command as it was sent, of config|set the second as well.
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        if (arguments[i].is_string()) add(" ", std::string(arguments[i].get_string()));
    }
    if (arguments.empty()) add(" ", text_at(entry, "family"));
    if (auto const outcome = text_at(entry, "outcome"); outcome != "ok") add(" -> ", outcome);
    add(" ", text_at(entry, "error"));
    auto const name = text_at(entry, "name");
    std::string out = fmt::format(
        "{}  {:>6}  {:>7}  {:>5}  {:>5}  {}  {}", date_and_time(integer_at(entry, "unix_ms")),
        fmt::format("#{}", integer_at(entry, "id")), short_time(number_at(entry, "rtt_us")),
        short_size(number_at(entry, "request_bytes")), short_size(number_at(entry, "reply_bytes")),
        name.empty() ? text_at(entry, "client") : name, words);
    auto const queue = text_at(entry, "queue");
    auto const where = text_at(entry, "where");
    if (queue.empty() && where.empty()) return out;
    out += "\n                     ";
    if (!queue.empty()) out += "queue " + queue + (where.empty() ? "" : "; ");
    return out + where;
}

}  // namespace respguard::terminal
