#include "admin/event_query.hpp"

#include "respguard/base/units.hpp"

#include <charconv>
#include <chrono>
#include <optional>
#include <string>

#include "admin/write_access.hpp"

namespace respguard::admin {

namespace {

std::optional<std::uint64_t> whole_number(std::string_view text) noexcept
{
    std::uint64_t number = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

bool is_event_id(std::string_view text) noexcept
{
    return !text.empty() && text.find_first_not_of("0123456789-") == std::string_view::npos;
}

bool add_types(std::string_view list, stats::event_filter& into)
{
    while (true) {
        auto const comma = list.find(',');
        auto const type = stats::event_type_named(list.substr(0, comma));
        if (!type) return false;
        into.only(*type);
        if (comma == std::string_view::npos) return true;
        list.remove_prefix(comma + 1);
    }
}

problem unknown_type()
{
    std::string text = "type is one or several (with commas between) of:";
    for (auto const name : stats::event_type_names)
        text.append(" ").append(name);
    return problem{text};
}

/// As query_value(), but there twice is a mistake to be told.
bool is_there_twice(request_head const& head, std::string_view name)
{
    std::string_view const target = head.target();
    std::string const question = "?" + std::string(name) + "=";
    std::string const further = "&" + std::string(name) + "=";
    auto const first = target.find(question) != std::string_view::npos ? 1U : 0U;
    auto const second = target.find(further);
    if (second == std::string_view::npos) return false;
    return first == 1U || target.find(further, second + 1) != std::string_view::npos;
}

}  // namespace

parsed<event_query> read_event_query(request_head const& head, std::string_view run,
                                     std::uint64_t now_unix_ns)
{
    event_query read;
    for (std::string_view const name : {"since", "type", "limit"}) {
        if (is_there_twice(head, name)) return problem{std::string(name) + " is there twice"};
    }
    if (auto const since = query_value(head, "since")) {
        read.says_since = true;
        auto const ago = parse_duration(*since);
        if (is_event_id(*since)) {
            read.which.after_id = event_id_of(*since, run);
        } else if (ago) {
            auto const ns = static_cast<std::uint64_t>(ago->count());
            read.which.from_unix_ns = now_unix_ns > ns ? now_unix_ns - ns : 0;
        } else {
            return problem{"since is the id of an event, or a duration such as 10m"};
        }
    }
    if (auto const types = query_value(head, "type")) {
        if (!add_types(*types, read.which)) return unknown_type();
    }
    if (auto const limit = query_value(head, "limit")) {
        auto const number = whole_number(*limit);
        if (!number || *number == 0) return problem{"limit is a number, 1 or more"};
        read.limit = *number;
    }
    return read;
}

std::uint64_t event_id_of(std::string_view text, std::string_view run) noexcept
{
    auto const dash = text.find('-');
    if (dash != std::string_view::npos) {
        if (text.substr(0, dash) != run) return 0;
        text.remove_prefix(dash + 1);
    }
    return whole_number(text).value_or(0);
}

}  // namespace respguard::admin
