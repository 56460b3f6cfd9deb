// respguard top
#include "respguard/terminal/top.hpp"

#include <cstdio>
#include <memory>

#include "admin_options.hpp"
#include "commands.hpp"
#include "live_help.hpp"

namespace respguard::proxy {

namespace {

struct options {
    config::sources from;
    std::string keys;
    std::size_t width = 80;
    std::size_t height = 24;
    bool once = false;
};

int show(options const& chosen)
{
    auto const at = find_admin(chosen.from);
    if (!at.where) return admin_failed(at, at.problem);
    if (!chosen.once) {
        auto const why = terminal::run_top(*at.where);
        return why.empty() ? 0 : admin_failed(at, why);
    }
    std::string text;
    auto const why = terminal::top_once(*at.where, chosen.keys, chosen.width, chosen.height, text);
    if (!why.empty()) return admin_failed(at, why);
    std::fputs(text.c_str(), stdout);
    return 0;
}

}  // namespace

void add_top(CLI::App& app, outcome& result)
{
    auto const chosen = std::make_shared<options>();
    CLI::App* const command = app.add_subcommand("top");
    set_help(*command, top_help);
    add_admin_options(*command, chosen->from);
    command->add_flag("--once", chosen->once);
    command->add_option("--keys", chosen->keys);
    command->add_option("--width", chosen->width)->check(CLI::Range(20, 1'000));
    command->add_option("--height", chosen->height)->check(CLI::Range(8, 1'000));
    command->callback([chosen, &result] { result.work = [chosen] { return show(*chosen); }; });
}

}  // namespace respguard::proxy
