// respguard run
#include "respguard/app/run.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

#include "commands.hpp"
#include "config_options.hpp"

namespace respguard::proxy {

namespace {

constexpr std::string_view help = R"(Usage: respguard run [options]

Starts the guard: takes clients, connects each to Redis, times every command
and applies the policy. Runs in the foreground; the log goes to standard output.

  -c, --config FILE    TOML file; without it none is read [or RESPGUARD_CONFIG]
  --listen ADDR        where clients connect; may be repeated [127.0.0.1:6380]
  --upstream URL       the Redis behind it [redis://127.0.0.1:6379]
  --admin ADDR         status page, metrics, health; "" is off [127.0.0.1:9379]
  --set KEY=VALUE      any key of the file; may be repeated
  --log-level L        debug, info, warn or error [info]
  --log-format F       text or json [text]
  --require-upstream   end with code 69 if Redis stays away after the start
                       (for upstream.hold, 1 minute)

ADDR  host:port, [v6]:port or unix:/path
URL   redis://[user:password@]host[:port][/db] or unix:///path
      Others see a password on the command line: put the URL into a file and
      name it with RESPGUARD_UPSTREAM_URL_FILE.

A flag wins over the environment (RESPGUARD_UPSTREAM_URL for upstream.url), the
environment over the file. All keys: docs/CONFIGURATION.md.

  respguard run --upstream redis://10.0.0.5:6379
  respguard run -c respguard.toml --set policy.enforce=false   # refuse nothing

TERM or INT: let running requests finish, then end; a second one: at once.
HUP: read the configuration again and take over what can change at run time
(rules, limits, log level ...); if anything is wrong with it, the old one stays.
USR1: open the log file again.
Ends with 0 drained, 64 usage, 69 Redis away, 70 internal, 77 permission,
78 configuration.
)";

/// For a reload. What came from a pipe is gone: read again it would be empty, which is a valid
/// configuration without a single rule of the operator's own.
config::loaded load_again(config::sources const& from)
{
    std::error_code unknown;
    if (!from.file || !std::filesystem::exists(*from.file, unknown) ||
        std::filesystem::is_regular_file(*from.file, unknown)) {
        return load_with_environment(from);
    }
    config::loaded refused;
    refused.errors.push_back({*from.file, "", "is no regular file, so it can not be read again"});
    return refused;
}

int run(config::sources const& from)
{
    config::loaded const configuration = load_with_environment(from);
    if (configuration.errors.empty()) {
        return app::run(configuration, [from] { return load_again(from); });
    }
    print_errors(configuration.errors, "respguard: ");
    std::fprintf(stderr, "respguard: not started, %zu mistake%s in the configuration\n",
                 configuration.errors.size(), configuration.errors.size() == 1 ? "" : "s");
    return app::exit_config;
}

}  // namespace

void add_run(CLI::App& app, outcome& result)
{
    auto const from = std::make_shared<config::sources>();
    CLI::App* const command = app.add_subcommand("run");
    set_help(*command, help);
    add_file_option(*command, *from);
    add_override_options(*command, *from);
    command->callback([from, &result] { result.work = [from] { return run(*from); }; });
}

}  // namespace respguard::proxy
