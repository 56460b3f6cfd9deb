// What `respguard doctor` was asked for.
#include "doctor_options.hpp"

#include "respguard/base/units.hpp"

#include <fstream>

namespace respguard::proxy {

namespace {

std::string read_duration(std::string_view name, std::string const& text,
                          std::chrono::milliseconds& into)
{
    if (text.empty()) return {};
    auto const time = parse_duration(text);
    if (!time) return std::string(name) + ": " + time.error().text;
    into = std::chrono::duration_cast<std::chrono::milliseconds>(*time);
    bool const fits = into.count() > 0 && into <= std::chrono::hours(1);
    return fits ? "" : std::string(name) + ": allowed is 1ms to 1h";
}

std::string check_names(doctor::selection const& chosen)
{
    auto const unknown = doctor::unknown_names(chosen);
    if (unknown.empty()) return {};
    std::string known;
    for (auto const& each : doctor::checks())
        known += (known.empty() ? "" : " ") + std::string(each.id);
    return "no check is called '" + unknown.front() + "'. There are: " + known;
}

}  // namespace

void add_doctor_flags(CLI::App& command, doctor_options& into)
{
    command.add_option("url", into.url);
    command.add_option("--url-file", into.url_file);
    command.add_option("--mailboxes", into.mailboxes);
    command.add_option("--prefix", into.prefix);
    command.add_option("--only", into.chosen.only)->delimiter(',')->allow_extra_args(false);
    command.add_option("--skip", into.chosen.skip)->delimiter(',')->allow_extra_args(false);
    command.add_option("--wait", into.wait);
    command.add_option("--timeout", into.timeout);
    command.add_option("--max-command", into.max_command);
    command.add_option("--backup", into.probe.backup_glob);
    command.add_option("--probe-disk", into.probe.disk_folder);
    command.add_flag("--probe-limits", into.probe.try_limit);
    command.add_flag("--json", into.json);
    command.add_flag("--nagios", into.nagios);
    command.add_flag("--strict", into.strict);
    command.add_flag("--quiet,-q", into.quiet);
    command.add_flag("--symbols", into.symbols);
    command.add_flag("--annotations", into.annotate);
}

std::string complete(doctor_options& options)
{
    if (!options.url_file.empty()) {
        if (!options.url.empty()) return "give a URL or --url-file, not both";
        std::ifstream file(options.url_file);
        if (!std::getline(file, options.url)) return "--url-file: cannot be read, or is empty";
    }
    if (options.url.empty() && options.mailboxes == 0) {
        return "name a server, such as redis://127.0.0.1:6379, or size one with --mailboxes N";
    }
    if (options.json && options.nagios) return "--json and --nagios are two answers, choose one";
    if (auto why = read_duration("--wait", options.wait, options.wait_for); !why.empty())
        return why;
    if (auto why = read_duration("--timeout", options.timeout, options.probe.timeout); !why.empty())
        return why;
    if (!options.max_command.empty()) {
        auto const size = parse_size(options.max_command);
        if (!size) return "--max-command: " + size.error().text;
        options.probe.command_limit_bytes = *size;
    }
    constexpr std::uint64_t mailboxes_max = 1'000'000'000;
    if (options.mailboxes > mailboxes_max) return "--mailboxes: at most 1000000000";
    if (options.mailboxes > 0) options.probe.mailboxes = options.mailboxes;
    bool const colon = options.prefix.empty() || options.prefix.ends_with(':');
    options.probe.prefix = options.prefix + (colon ? "" : ":");
    options.probe.strict = options.strict;
    return check_names(options.chosen);
}

}  // namespace respguard::proxy
