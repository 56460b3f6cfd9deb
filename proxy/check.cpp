// respguard check
#include "respguard/config/describe.hpp"
#include "respguard/net/endpoint.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>

#include "commands.hpp"
#include "config_options.hpp"

namespace respguard::proxy {

namespace {

constexpr std::string_view help = R"(Usage: respguard check [-c FILE] [--print] [options of run]

Reads the configuration as `run` would, with the environment, and names every
mistake with file, line and column. Starts nothing, connects to nothing.

  -c, --config FILE    the TOML file [or RESPGUARD_CONFIG]
  --print              show what is in force, and where each value comes from
                       (passwords masked)
  --listen, --upstream, --admin, --set, --log-level, --log-format,
  --require-upstream   as for run: checked together with the file

  respguard check -c /etc/respguard/respguard.toml
  respguard check --print --set upstream.hold=30s

Ends with 0 if `run` would accept it, 1 if not, 64 usage.
)";

std::string summary(config::settings const& values)
{
    std::string listeners;
    for (std::string const& address : values.listen) {
        listeners += (listeners.empty() ? "" : ", ") + address;
    }
    auto const upstream = net::parse_upstream_url(values.upstream);
    return listeners + " -> " + (upstream ? upstream->to_string() : "?") + ", " +
           std::to_string(values.policy.rules.size()) + " rules" +
           (values.policy.enforce ? "" : ", not enforced");
}

int check(config::sources const& from, bool print)
{
    config::loaded const configuration = load_with_environment(from);
    print_errors(configuration.warnings, "warning: ");
    print_errors(configuration.errors, "");
    if (!configuration.errors.empty()) return 1;
    if (print) {
        std::fputs(config::effective_file(configuration).c_str(), stdout);
    } else {
        std::printf("configuration ok: %s\n", summary(configuration.values).c_str());
    }
    return 0;
}

}  // namespace

void add_check(CLI::App& app, outcome& result)
{
    struct options {
        config::sources from;
        bool print = false;
    };
    auto const chosen = std::make_shared<options>();
    CLI::App* const command = app.add_subcommand("check");
    set_help(*command, help);
    add_file_option(*command, chosen->from);
    add_override_options(*command, chosen->from);
    command->add_flag("--print", chosen->print);
    command->callback([chosen, &result] {
        result.work = [chosen] { return check(chosen->from, chosen->print); };
    });
}

}  // namespace respguard::proxy
