// respguard tap
#include "respguard/terminal/http_stream.hpp"
#include "respguard/terminal/query.hpp"
#include "respguard/terminal/tap_lines.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <cstdio>
#include <map>
#include <memory>

#include "admin_options.hpp"
#include "commands.hpp"
#include "live_help.hpp"

namespace respguard::proxy {

namespace {

/// Names of options and of the query's parameters.
constexpr std::array<std::pair<char const*, char const*>, 12> valued{{{"--client", "client"},
                                                                      {"--user", "user"},
                                                                      {"--db", "db"},
                                                                      {"--command", "command"},
                                                                      {"--key", "key"},
                                                                      {"--queue", "queue"},
                                                                      {"--script", "script"},
                                                                      {"--min-ms", "min_ms"},
                                                                      {"--min-bytes", "min_bytes"},
                                                                      {"--every", "every"},
                                                                      {"--limit", "limit"},
                                                                      {"--for", "for"}}};
constexpr std::array<std::pair<char const*, char const*>, 3> switches{
    {{"--errors", "errors"}, {"--rules", "rules"}, {"--keys", "keys"}}};

struct options {
    config::sources from;
    std::map<std::string, std::string> asked;
    std::map<std::string, bool> on;
    bool json = false;
};

void print(terminal::sse_event const& each, bool json)
{
    if (each.type == "dropped") {
        std::fprintf(stderr, "respguard: this terminal was too slow: %s\n", each.data.c_str());
    } else if (json) {
        std::puts(each.data.c_str());
    } else {
        boost::json::error_code bad;
        auto const data = boost::json::parse(each.data, bad);
        if (!bad && data.is_object()) std::puts(terminal::tap_line(data.get_object()).c_str());
    }
}

int show(options const& chosen)
{
    auto const at = find_admin(chosen.from);
    if (!at.where) return admin_failed(at, at.problem);
    terminal::query path("/tap");
    for (auto const& [name, value] : chosen.asked)
        path.add(name, value);
    for (auto const& [name, is_on] : chosen.on)
        path.add(name, is_on ? "1" : "");
    auto const on_begin = [&chosen] {
        if (!chosen.json) std::puts(terminal::tap_head().c_str());
        std::fflush(stdout);
    };
    bool hidden = false;
    auto const end = terminal::http_stream(
        *at.where, path.text(), std::chrono::milliseconds(0),
        [&](terminal::sse_event const& each) {
            bool const ended = each.type == "end";
            hidden = ended && each.data.find("\"privacy\"") != std::string::npos;
            if (!ended) print(each, chosen.json);
            return std::fflush(stdout) == 0 && !ended;
        },
        on_begin);
    if (hidden) return admin_failed(at, "keys are hidden now (privacy.show)");
    return stream_ended(at, "/tap", end);
}

}  // namespace

void add_tap(CLI::App& app, outcome& result)
{
    auto const chosen = std::make_shared<options>();
    CLI::App* const command = app.add_subcommand("tap");
    set_help(*command, tap_help);
    add_admin_options(*command, chosen->from);
    for (auto const& [option, name] : valued)
        command->add_option(option, chosen->asked[name]);
    for (auto const& [option, name] : switches)
        command->add_flag(option, chosen->on[name]);
    command->add_flag("--json", chosen->json);
    command->callback([chosen, &result] { result.work = [chosen] { return show(*chosen); }; });
}

}  // namespace respguard::proxy
