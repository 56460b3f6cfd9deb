// respguard slowlog
#include "respguard/terminal/json_line.hpp"
#include "respguard/terminal/slowlog_lines.hpp"

#include <cstdio>
#include <memory>

#include "admin_help.hpp"
#include "admin_options.hpp"
#include "commands.hpp"

namespace respguard::proxy {

namespace {

struct options {
    config::sources from;
    std::size_t limit = 20;
    bool large = false;
    bool json = false;
};

int show(options const& chosen)
{
    auto const at = find_admin(chosen.from);
    std::string const name = chosen.large ? "largelog" : "slowlog";
    auto const answer = ask_admin(at, "/" + name);
    if (!answer) return answer.exit_code;
    auto const* const rows = answer->if_contains(name);
    if (rows == nullptr || !rows->is_array()) return admin_failed(at, "no guard");
    std::size_t shown = 0;
    for (auto const& each : rows->get_array()) {  // The newest first.
        if (!each.is_object() || shown++ == chosen.limit) break;
        std::string const text =
            chosen.json ? terminal::json_line(each) : terminal::slowlog_lines(each.get_object());
        std::puts(text.c_str());
    }
    return 0;
}

}  // namespace

void add_slowlog(CLI::App& app, outcome& result)
{
    auto const chosen = std::make_shared<options>();
    CLI::App* const command = app.add_subcommand("slowlog");
    set_help(*command, slowlog_help);
    add_admin_options(*command, chosen->from);
    command->add_option("--limit", chosen->limit);
    command->add_flag("--large", chosen->large);
    command->add_flag("--json", chosen->json);
    command->callback([chosen, &result] { result.work = [chosen] { return show(*chosen); }; });
}

}  // namespace respguard::proxy
