// argv to subcommand to exit code.
#include "respguard/app/run.hpp"
#include "respguard/doctor/report.hpp"

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "commands.hpp"

namespace respguard::proxy {

namespace {

constexpr std::string_view help =
    R"(respguard - a transparent Redis proxy that times every command and refuses
dangerous ones

Usage: respguard <subcommand> [options]

  run           start the guard
  check         validate a configuration; --print shows what is in force
  policy test   what would happen to a command, and why; nothing is sent
  doctor        does this Redis suit EmailEngine? what to change
  report limits which requests a hosted Redis would refuse for their size
  slowlog       the commands that took long, and where the time went
  stats, events what the running guard counted, and what happened to it
  top           what is going on now, in a terminal
  tap           single commands as they pass, with filters
  healthcheck   is the running guard ready? (for containers)

  respguard <subcommand> -h    its options, with examples
  respguard -V                 version

In front of a Redis on this machine, then let the application use port 6380:
  respguard run --upstream redis://127.0.0.1:6379
With a file (a commented sample: config/respguard.toml):
  respguard check -c /etc/respguard/respguard.toml
  respguard run   -c /etc/respguard/respguard.toml
)";

int usage_error(CLI::App const& app, std::string const& text)
{
    std::string command = "respguard";
    for (auto chosen = app.get_subcommands(); !chosen.empty();
         chosen = chosen.front()->get_subcommands()) {
        command += " " + chosen.front()->get_name();
    }
    std::fprintf(stderr, "respguard: %s\nTry: %s -h\n", without_passwords(text).c_str(),
                 command.c_str());
    // Fixed by the contract of this one: monitoring systems read its codes.
    if (command == "respguard doctor") return doctor::exit_usage;
    return app::exit_usage;
}

int run_command(int argc, char** argv)
{
    outcome result;
    CLI::App app("respguard");
    set_help(app, help);
    app.set_version_flag("-V,--version", version_line());
    app.require_subcommand(0, 1);
    for (auto* const add :
         {add_run, add_check, add_policy, add_doctor, add_stats, add_events, add_tap, add_top,
          add_slowlog, add_report, add_healthcheck, add_describe}) {
        add(app, result);
    }
    try {
        app.parse(cut_tail(argc, argv, result));
    } catch (CLI::Success const& asked) {  // -h, -V
        return app.exit(asked);
    } catch (CLI::ParseError const& error) {
        return usage_error(app, error.what());
    }
    if (!result.work) {
        std::fputs(app.help().c_str(), stderr);
        return app::exit_usage;
    }
    if (result.has_tail && !result.takes_tail) {
        return usage_error(app, "nothing is expected behind --");
    }
    return result.work();
}

}  // namespace

}  // namespace respguard::proxy

int main(int argc, char** argv)
{
    try {
        return respguard::proxy::run_command(argc, argv);
    } catch (std::exception const& error) {
        std::fprintf(stderr, "respguard: internal error: %s\n", error.what());
        return respguard::app::exit_internal;
    }
}
