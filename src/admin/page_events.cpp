#include "admin/page_events.hpp"

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "admin/readable.hpp"

namespace respguard::admin {

namespace json = boost::json;

namespace {

using stats::event_type;

std::string_view event_title(event_type type) noexcept
{
    switch (type) {
    case event_type::rule_hit: return "rule matched";
    case event_type::storm: return "reconnect storm";
    case event_type::upstream_lost: return "Redis lost";
    case event_type::upstream_back: return "Redis back";
    case event_type::reload: return "reload";
    case event_type::enforce: return "enforce switched";
    case event_type::doctor: return "doctor";
    case event_type::consumers_lost: return "workers gone";
    case event_type::consumers_back: return "workers back";
    case event_type::error_reply: return "error reply";
    case event_type::overdue: return "reply overdue";
    case event_type::near_limit: return "near a limit";
    case event_type::duplicate_risk: return "executed twice?";
    case event_type::reconnects: return "reconnects";
    }
    return "";
}

std::string_view event_class(stats::event const& what) noexcept
{
    bool const refused = what.action == "reject" || what.action == "close";
    if (refused || what.type == event_type::storm || what.type == event_type::upstream_lost ||
        what.type == event_type::consumers_lost || what.type == event_type::duplicate_risk) {
        return "bad";
    }
    bool const good =
        what.type == event_type::upstream_back || what.type == event_type::consumers_back;
    return good || what.action == "shadow" ? "" : "warn";
}

std::string what_happened(stats::event const& what)
{
    if (what.type == event_type::storm) return fmt::format("{}: {}", what.rule, what.reason);
    std::string text = what.reason;
    if (what.type == event_type::rule_hit) {
        text = fmt::format("{}: {} by {}", what.command, what.action, what.rule);
    } else if (what.type == event_type::error_reply) {
        text = fmt::format("{}: {}", what.command, what.error);
        if (!what.reason.empty()) text += ": " + what.reason;
    }
    if (what.left_out > 0) {
        text += fmt::format(", {} more since the last one", readable_count(what.left_out));
    }
    return text;
}

}  // namespace

json::array page_events(std::vector<stats::event> const& events, std::uint64_t now_unix_ns)
{
    json::array rows;
    for (auto each = events.rbegin(); each != events.rend(); ++each) {
        auto const ago = now_unix_ns - std::min(each->unix_ns, now_unix_ns);
        rows.push_back(json::object{{"ago", readable_age(ago)},
                                    {"time", readable_time(each->unix_ns)},
                                    {"title", event_title(each->type)},
                                    {"title_class", event_class(*each)},
                                    {"what", what_happened(*each)},
                                    {"client", each->client},
                                    {"name", each->name}});
    }
    return rows;
}

}  // namespace respguard::admin
