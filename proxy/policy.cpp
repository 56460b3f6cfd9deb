// respguard policy test
#include "respguard/app/replay_file.hpp"
#include "respguard/app/run.hpp"
#include "respguard/base/units.hpp"

#include <cstdio>
#include <memory>

#include "commands.hpp"
#include "config_options.hpp"
#include "policy_help.hpp"
#include "sender_options.hpp"
#include "trial.hpp"

namespace respguard::proxy {

namespace {

using policy::action;

struct options {
    config::sources from;
    sender_options sender;
    std::string size;
    std::string log;
    bool escapes = false;
};

int usage_error(std::string const& text)
{
    std::fprintf(stderr, "respguard: %s\nTry: respguard policy test -h\n", text.c_str());
    return app::exit_usage;
}

int replay(std::string const& log, policy::rule_set const& rules, policy::sender const& from)
{
    auto const seen = app::replay_file(log, rules, from);
    if (!seen) return usage_error("--from-log: " + seen.error().text);
    std::fputs(seen->text.c_str(), stdout);
    return seen->judged == 0 ? 2 : seen->changed == 0 ? 0 : 1;
}

int test(options const& chosen, std::vector<std::string> arguments)
{
    if (arguments.empty() == chosen.log.empty()) {
        return usage_error("put either the command behind --, or --from-log FILE");
    }
    auto const size = parse_size(chosen.size.empty() ? "0" : chosen.size);
    if (!size) return usage_error("--size: " + size.error().text);
    auto const from = sender_of(chosen.sender);
    if (!from) return usage_error("--address: '" + chosen.sender.address + "' is no address");
    config::loaded const configuration = load_with_environment(chosen.from);
    print_errors(configuration.errors, "");
    auto const rules = policy::rule_set::compile(configuration.values.policy);
    if (!configuration.errors.empty() || !rules) return app::exit_config;
    if (!chosen.log.empty()) return replay(chosen.log, *rules, *from);
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
    set_help(*group, policy_help);
    group->require_subcommand(1);
    CLI::App* const command = group->add_subcommand("test");
    set_help(*command, policy_test_help);
    add_file_option(*command, chosen->from);
    add_set_option(*command, chosen->from);
    command->add_option("--size", chosen->size);
    command->add_option("--from-log", chosen->log);
    command->add_flag("-e,--escapes", chosen->escapes);
    add_sender_options(*command, chosen->sender);
    command->callback([chosen, &result] {
        result.takes_tail = true;
        result.work = [chosen, tail = result.tail] { return test(*chosen, tail); };
    });
}

}  // namespace respguard::proxy
