// respguard doctor
#include "respguard/doctor/sizing.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <thread>
#include <unistd.h>

#include "commands.hpp"
#include "doctor_options.hpp"
#include "doctor_text.hpp"

namespace respguard::proxy {

namespace {

int usage(std::string const& text)
{
    std::fprintf(stderr, "respguard: %s\nTry: respguard doctor -h\n", text.c_str());
    return doctor::exit_usage;
}

/// Asks again while the server is away or loading, until the time is over.
doctor::facts ask(doctor::target const& at, doctor_options const& options)
{
    doctor::cancellation const never;
    auto const end = std::chrono::steady_clock::now() + options.wait_for;
    while (true) {
        auto seen = doctor::probe(at, options.probe, never);
        auto const* const ping = seen.reply("PING");
        bool const loading =
            ping != nullptr && ping->is_error() && ping->text.starts_with("LOADING");
        bool const away = !seen.connect_failure.empty() || ping == nullptr;
        if ((!away && !loading) || std::chrono::steady_clock::now() >= end) return seen;
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
}

/// no-color.org: an empty NO_COLOR means nothing.
bool wants_colour()
{
    auto const value = [](char const* name) -> std::string_view {
        char const* const found = std::getenv(name);
        return found == nullptr ? "" : found;
    };
    return value("NO_COLOR").empty() && value("TERM") != "dumb";
}

void print(doctor::examination const& seen, doctor_options const& options)
{
    bool const coloured = ::isatty(STDOUT_FILENO) != 0 && wants_colour();
    std::string out = options.json ? doctor::json_report(seen, options.strict)
                      : options.nagios
                          ? doctor::nagios_report(seen, options.strict)
                          : doctor::text_report(seen, {coloured, options.symbols, options.quiet});
    if (options.annotate) std::fputs(doctor::annotations(seen).c_str(), stderr);
    std::fputs(out.c_str(), stdout);
}

int examine(doctor_options options)
{
    if (auto const why = complete(options); !why.empty()) return usage(why);
    if (options.url.empty()) {
        auto const size = doctor::size_for(options.mailboxes);
        std::fputs((options.json ? doctor::sizing_json(size) : doctor::sizing_text(size)).c_str(),
                   stdout);
        return doctor::exit_good;
    }
    auto const at = doctor::parse_target(options.url);
    if (!at) return usage(at.error().text);
    if (!at->not_yet.empty()) return usage(at->not_yet);
    auto const seen = doctor::make_examination(at->to_string(), ask(*at, options), options.chosen);
    print(seen, options);
    return options.nagios ? doctor::nagios_code_of(seen, options.strict)
                          : doctor::exit_code_of(seen, options.strict);
}

}  // namespace

void add_doctor(CLI::App& app, outcome& result)
{
    auto const options = std::make_shared<doctor_options>();
    CLI::App* const command = app.add_subcommand("doctor");
    set_help(*command, doctor_help);
    add_doctor_flags(*command, *options);
    command->callback(
        [options, &result] { result.work = [options] { return examine(*options); }; });
}

}  // namespace respguard::proxy
