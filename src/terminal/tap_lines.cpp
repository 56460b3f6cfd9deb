#include "respguard/terminal/tap_lines.hpp"

#include "respguard/terminal/short_number.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "terminal/json_member.hpp"

namespace respguard::terminal {

namespace {

namespace json = boost::json;

constexpr std::string_view columns = "{:<12} {:>7} {:>5} {:>5} {:<18} {}";

/// What of the command's time was not spent as usual: at least a quarter of a round trip.
std::string where_it_went(json::object const& command, double round_trip_us)
{
    struct part {
        std::string_view name;
        std::string_view words;
    };
    constexpr std::array<part, 3> parts{{{"behind_us", "behind other replies"},
                                         {"transfer_us", "while its reply came"},
                                         {"client_us", "because the client did not read"}}};
    std::string out;
    for (auto const& [name, words] : parts) {
        auto const us = number_at(command, name);
        if (us <= 0 || us * 4 < round_trip_us) continue;
        out += fmt::format("{}{} {}", out.empty() ? " (" : ", ", short_time(us), words);
    }
    return out.empty() ? out : out + ")";
}

/// Script, queue and key: the most telling of what is known.
std::string subject_of(json::object const& command)
{
    std::string out = text_at(command, "script");
    auto const add = [&out](std::string const& text) {
        if (text.empty()) return;
        if (!out.empty()) out += ' ';
        out += text;
    };
    auto const queue = text_at(command, "queue");
    auto const key = text_at(command, "key");
    add(queue);
    // The family of a queue's key says nothing more than the queue.
    add(!key.empty() ? key : queue.empty() ? text_at(command, "family") : std::string());
    return out;
}

std::string outcome_of(json::object const& command)
{
    auto const outcome = text_at(command, "outcome");
    auto const error = text_at(command, "error");
    auto const rule = text_at(command, "rule");
    std::string out = outcome.empty() || outcome == "ok" ? "" : " -> " + outcome;
    if (!error.empty()) out += " " + error;
    if (!rule.empty()) out += " [" + rule + "]";
    return out;
}

std::string sender_name_of(json::object const& command)
{
    auto const name = text_at(command, "name");
    std::string out = name.empty() ? text_at(command, "client") : name;
    if (auto const user = text_at(command, "user"); !user.empty()) out += "/" + user;
    if (auto const db = integer_at(command, "db"); db > 0) out += fmt::format("@{}", db);
    return out;
}

}  // namespace

std::string tap_line(json::object const& command)
{
    auto const rtt = number_at(command, "rtt_us");
    auto const waited = number_at(command, "blocked_us");
    std::string text = text_at(command, "command");
    if (auto const subject = subject_of(command); !subject.empty()) text += " " + subject;
    if (waited > 0) text += " (waited)";
    text += where_it_went(command, rtt);
    text += outcome_of(command);
    return fmt::format(
        columns, time_of_day(integer_at(command, "unix_ms")), short_time(rtt > 0 ? rtt : waited),
        short_size(number_at(command, "request_bytes")),
        short_size(number_at(command, "reply_bytes")), sender_name_of(command), text);
}

std::string tap_head()
{
    return fmt::format(columns, "time", "took", "in", "out", "client/user@db", "command");
}

}  // namespace respguard::terminal
