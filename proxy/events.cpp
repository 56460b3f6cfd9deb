// respguard events
#include "respguard/terminal/event_lines.hpp"
#include "respguard/terminal/http_stream.hpp"
#include "respguard/terminal/json_line.hpp"
#include "respguard/terminal/query.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdio>
#include <memory>

#include "admin_help.hpp"
#include "admin_options.hpp"
#include "commands.hpp"

namespace respguard::proxy {

namespace {

struct options {
    config::sources from;
    std::string since, type, limit;
    bool follow = false;
    bool json = false;
};

void print(boost::json::value const& event, bool json)
{
    if (!event.is_object()) return;
    std::string const line =
        json ? terminal::json_line(event) : terminal::event_line(event.get_object());
    std::puts(line.c_str());
}

int follow(admin_address const& at, options const& chosen, std::string const& since)
{
    auto const path =
        terminal::query("/events/stream").add("since", since).add("type", chosen.type).text();
    auto const ended = terminal::http_stream(
        *at.where, path, std::chrono::milliseconds(0), [&](terminal::sse_event const& each) {
            boost::json::error_code bad;
            auto const data = boost::json::parse(each.data, bad);
            if (each.type == "dropped") {
                std::fprintf(stderr, "respguard: not kept any more: %s\n", each.data.c_str());
            } else if (!bad) {
                print(data, chosen.json);
            }
            return std::fflush(stdout) == 0;
        });
    return stream_ended(at, "/events/stream", ended);
}

int show(options const& chosen)
{
    auto const at = find_admin(chosen.from);
    auto const limit = chosen.limit.empty() ? (chosen.follow ? "10" : "50") : chosen.limit;
    auto const answer = ask_admin(at, terminal::query("/events")
                                          .add("since", chosen.since)
                                          .add("type", chosen.type)
                                          .add("limit", limit)
                                          .text());
    if (!answer) return answer.exit_code;
    auto const* const events = answer->if_contains("events");
    if (events == nullptr || !events->is_array()) return admin_failed(at, "no events");
    for (auto const& each : events->get_array())
        print(each, chosen.json);
    if (!chosen.follow) return 0;
    std::fflush(stdout);
    auto const* const newest = answer->if_contains("newest_id");
    return follow(at, chosen, newest == nullptr ? "0" : boost::json::serialize(*newest));
}

}  // namespace

void add_events(CLI::App& app, outcome& result)
{
    auto const chosen = std::make_shared<options>();
    CLI::App* const command = app.add_subcommand("events");
    set_help(*command, events_help);
    add_admin_options(*command, chosen->from);
    command->add_flag("-f,--follow", chosen->follow);
    command->add_option("--since", chosen->since);
    command->add_option("--type", chosen->type);
    command->add_option("--limit", chosen->limit);
    command->add_flag("--json", chosen->json);
    command->callback([chosen, &result] { result.work = [chosen] { return show(*chosen); }; });
}

}  // namespace respguard::proxy
