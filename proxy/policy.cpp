// respguard policy test
#include "respguard/app/run.hpp"
#include "respguard/base/units.hpp"

#include <cstdio>
#include <memory>

#include "commands.hpp"
#include "config_options.hpp"
#include "sender_options.hpp"
#include "trial.hpp"

namespace respguard::proxy {

namespace {

using policy::action;

struct options {
    config::sources from;
    sender_options sender;
    std::string size;
    bool escapes = false;
};

constexpr std::string_view group_help = R"(Usage: respguard policy test [options] -- COMMAND ARG...

  test    what would happen to a command, and why; nothing is sent
)";

constexpr std::string_view help =
    R"(Usage: respguard policy test [-c FILE] [options] -- COMMAND ARG...

Says what the guard would do to this command, which rule says so and where it
is written, and what the client would read. Nothing is sent anywhere.

  -c, --config FILE    the TOML file [or RESPGUARD_CONFIG]; without it the
                       defaults: preset emailengine
  --set KEY=VALUE      for example --set 'policy.presets=upstash-1mb'
  --size SIZE          as if the request had this size, such as 2mb
  -e, --escapes        read \xHH \0 \n \r \t \\ in the arguments
  --user U, --client NAME, --address IP, --listener ADDR, --db N
                       who sends it: user, client name, address (or unix), the
                       listener it came in by, database [default, "",
                       127.0.0.1, 127.0.0.1:6380, 0]

  respguard policy test -- CONFIG SET maxmemory-policy allkeys-lru
  respguard policy test --size 2mb -- SET mail:1 x

Ends with 0 allow, 1 alert, 2 reject or close, 64 usage, 78 configuration.
)";

int usage_error(std::string const& text)
{
    std::fprintf(stderr, "respguard: %s\nTry: respguard policy test -h\n", text.c_str());
    return app::exit_usage;
}

int test(options const& chosen, std::vector<std::string> arguments)
{
    if (arguments.empty()) return usage_error("put the command behind --");
    auto const size = parse_size(chosen.size.empty() ? "0" : chosen.size);
    if (!size) return usage_error("--size: " + size.error().text);
    auto const from = sender_of(chosen.sender);
    if (!from) return usage_error("--address: '" + chosen.sender.address + "' is no address");
    config::loaded const configuration = load_with_environment(chosen.from);
    print_errors(configuration.errors, "");
    auto const rules = policy::rule_set::compile(configuration.values.policy);
    if (!configuration.errors.empty() || !rules) return app::exit_config;
    for (std::string& argument : arguments) {
        if (chosen.escapes) argument = unescaped(argument);
    }
    trial const seen = try_command(arguments, *size, *rules, *from);
    std::fputs(report(seen, configuration).c_str(), stdout);
    return seen.what == action::allow ? 0 : seen.what == action::alert ? 1 : 2;
}

}  // namespace

void add_policy(CLI::App& app, outcome& result)
{
    auto const chosen = std::make_shared<options>();
    CLI::App* const group = app.add_subcommand("policy");
    set_help(*group, group_help);
    group->require_subcommand(1);
    CLI::App* const command = group->add_subcommand("test");
    set_help(*command, help);
    add_file_option(*command, chosen->from);
    add_set_option(*command, chosen->from);
    command->add_option("--size", chosen->size);
    command->add_flag("-e,--escapes", chosen->escapes);
    add_sender_options(*command, chosen->sender);
    command->callback([chosen, &result] {
        result.takes_tail = true;
        result.work = [chosen, tail = result.tail] { return test(*chosen, tail); };
    });
}

}  // namespace respguard::proxy
