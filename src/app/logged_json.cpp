// The slow log, events and the guard's own log, as JSON.
#include "respguard/stats/event.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <utility>

#include "app/logged_request.hpp"

namespace respguard::app {

namespace json = boost::json;

namespace {

std::optional<std::string> text_of(json::object const& from, std::string_view name)
{
    auto const* const found = from.if_contains({name.data(), name.size()});
    if (found == nullptr || !found->is_string()) return std::nullopt;
    auto const& text = found->get_string();
    return std::string(text.data(), text.size());
}

std::optional<std::uint64_t> number_of(json::object const& from, std::string_view name)
{
    auto const* const found = from.if_contains({name.data(), name.size()});
    if (found == nullptr) return std::nullopt;
    if (found->is_uint64()) return found->get_uint64();
    if (found->is_int64() && found->get_int64() >= 0) {
        return static_cast<std::uint64_t>(found->get_int64());
    }
    return std::nullopt;
}

/// N of "<before>... (N more <what>)", and what stands before it.
std::optional<std::uint64_t> cut_off(std::string& text, std::string_view what)
{
    std::string const tail = " more " + std::string(what) + ")";
    auto const at = text.rfind("... (");
    if (at == std::string::npos || !text.ends_with(tail)) return std::nullopt;
    std::uint64_t count = 0;
    char const* const last = text.data() + text.size() - tail.size();
    auto const [end, failed] = std::from_chars(text.data() + at + 5, last, count);
    if (failed != std::errc() || end != last) return std::nullopt;
    text.resize(at);
    return count;
}

/// As Redis's slow log shows them: at most 32, each cut behind 128 bytes, secrets redacted.
bool read_words(json::array const& words, logged_request& into)
{
    std::uint64_t more = 0;
    for (json::value const& each : words) {
        if (!each.is_string()) return false;
        logged_argument word{std::string(each.get_string().data(), each.get_string().size()), {}};
        if (auto const left = cut_off(word.shown, "arguments")) {
            more = *left;
            break;
        }
        auto const cut = cut_off(word.shown, "bytes");
        if (word.shown == "(redacted)") {
            word.shown.clear();
        } else {
            word.size_bytes = word.shown.size() + cut.value_or(0);
        }
        into.arguments.push_back(std::move(word));
    }
    if (into.arguments.empty()) return false;
    into.argument_count = static_cast<std::uint32_t>(into.arguments.size() + more);
    return true;
}

/// [id, unix time, microseconds, [words], address, name]: SLOWLOG GET.
std::optional<logged_request> read_slowlog_entry(json::array const& entry)
{
    if (entry.size() < 4 || !entry[3].is_array()) return std::nullopt;
    logged_request made;
    if (!read_words(entry[3].get_array(), made)) return std::nullopt;
    if (entry.size() > 4 && entry[4].is_string()) made.client = entry[4].get_string().c_str();
    if (entry.size() > 5 && entry[5].is_string()) made.name = entry[5].get_string().c_str();
    return made;
}

/// "config|set" as two words.
void read_name(std::string const& command, logged_request& into)
{
    auto const bar = command.find('|');
    for (auto const& part : {command.substr(0, bar),
                             bar == std::string::npos ? std::string() : command.substr(bar + 1)}) {
        if (!part.empty()) into.arguments.push_back({part, part.size()});
    }
}

std::optional<std::string> either(std::optional<std::string> first,
                                  std::optional<std::string> second)
{
    return first ? std::move(first) : std::move(second);
}

std::optional<logged_request> read_object(json::object const& from)
{
    auto const type = either(text_of(from, "type"), text_of(from, "event"));
    if (type && stats::event_type_named(*type) && *type != "rule_hit") return std::nullopt;
    logged_request made;
    auto const* const words = from.if_contains("args");
    auto const command = text_of(from, "command");
    if (words != nullptr && words->is_array()) {
        if (!read_words(words->get_array(), made)) return std::nullopt;
    } else if (command) {
        read_name(*command, made);
        if (auto const count = number_of(from, "arguments")) {
            made.argument_count = static_cast<std::uint32_t>(*count);
        }
    } else {
        return std::nullopt;
    }
    made.size_bytes = number_of(from, "request_bytes");
    made.client = either(text_of(from, "client"), text_of(from, "address"));
    made.name = text_of(from, "name");
    made.user = text_of(from, "user");
    made.listener = text_of(from, "listener");
    if (auto const db = number_of(from, "db")) made.db = static_cast<std::uint32_t>(*db);
    made.rule = text_of(from, "rule").value_or("");
    made.action = text_of(from, "action").value_or("");
    if (made.action.empty() && text_of(from, "outcome") == "rejected") made.action = "reject";
    if (made.action == "allow") made.action.clear();
    made.left_out =
        number_of(from, "left_out").value_or(number_of(from, "lines_left_out").value_or(0));
    return made;
}

void take(std::optional<logged_request> request, logged_line& into)
{
    if (!request) return;
    into.what = logged_line::kind::requests;
    into.requests.push_back(std::move(*request));
}

/// A whole table on one line: {"events": [...]}.
void read_table(json::object const& table, logged_line& into)
{
    for (auto const& member : table) {
        if (!member.value().is_array()) continue;
        for (json::value const& row : member.value().get_array()) {
            if (row.is_object()) take(read_object(row.get_object()), into);
        }
    }
}

std::string_view trimmed(std::string_view line)
{
    auto const is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == ','; };
    while (!line.empty() && is_blank(line.front()))
        line.remove_prefix(1);
    while (!line.empty() && is_blank(line.back()))
        line.remove_suffix(1);
    return line;
}

}  // namespace

logged_line read_logged_line(std::string_view line)
{
    logged_line read;
    line = trimmed(line);
    // What stands around the rows of a table that goes over many lines.
    if (line.find_first_not_of("{}[] ") == std::string_view::npos || line[0] == '"') return read;
    if (auto monitored = read_monitor_line(line)) {
        // What a script did never came by the guard.
        if (monitored->client != "lua") take(std::move(monitored), read);
        return read;
    }
    json::parse_options lax;
    lax.allow_invalid_utf8 = true;  // Arguments are bytes.
    boost::system::error_code failed;
    json::value const value = json::parse({line.data(), line.size()}, failed, {}, lax);
    if (failed) {
        // MONITOR begins with this.
        if (line != "OK") read.what = logged_line::kind::not_understood;
    } else if (value.is_object()) {
        take(read_object(value.get_object()), read);
        if (read.requests.empty()) read_table(value.get_object(), read);
    } else if (value.is_array()) {
        take(read_slowlog_entry(value.get_array()), read);
        if (!read.requests.empty()) return read;
        for (json::value const& entry : value.get_array()) {
            if (entry.is_array()) take(read_slowlog_entry(entry.get_array()), read);
            if (entry.is_object()) take(read_object(entry.get_object()), read);
        }
    }
    return read;
}

}  // namespace respguard::app
