// respguard stats
#include "respguard/terminal/json_line.hpp"
#include "respguard/terminal/stats_summary.hpp"
#include "respguard/terminal/text_table.hpp"

#include <clocale>
#include <cstdio>
#include <memory>

#include "admin_help.hpp"
#include "admin_options.hpp"
#include "commands.hpp"

namespace respguard::proxy {

namespace {

struct options {
    config::sources from;
    std::size_t rows = 20;
    std::size_t width = 80;
    bool json = false;
};

int show(options const& chosen)
{
    auto const at = find_admin(chosen.from);
    auto const stats = ask_admin(at, "/stats");
    if (!stats) return stats.exit_code;
    if (stats->if_contains("totals") == nullptr) return admin_failed(at, "no guard");
    std::setlocale(LC_CTYPE, "");  // How wide a character is.
    std::string const text = chosen.json
                                 ? terminal::json_line(*stats) + "\n"
                                 : terminal::stats_summary(*stats, chosen.width, chosen.rows);
    std::fputs(text.c_str(), stdout);
    return 0;
}

}  // namespace

void add_stats(CLI::App& app, outcome& result)
{
    auto const chosen = std::make_shared<options>();
    CLI::App* const command = app.add_subcommand("stats");
    set_help(*command, stats_help);
    add_admin_options(*command, chosen->from);
    command->add_option("--rows", chosen->rows);
    command->add_option("--width", chosen->width)->check(CLI::Range(20, 1'000));
    command->add_flag("--json", chosen->json);
    command->callback([chosen, &result] { result.work = [chosen] { return show(*chosen); }; });
}

}  // namespace respguard::proxy
