// respguard describe: what scripts/gen_docs writes into files.
#include "respguard/config/describe.hpp"

#include <cstdio>

#include "commands.hpp"

namespace respguard::proxy {

namespace {

constexpr std::string_view help = R"(Usage: respguard describe keys|sample

  keys     every key of the configuration, as Markdown (docs/CONFIGURATION.md)
  sample   a commented configuration file (config/respguard.toml)
)";

}  // namespace

void add_describe(CLI::App& app, outcome& /*result*/)
{
    CLI::App* const command = app.add_subcommand("describe")->group("");  // Not listed.
    set_help(*command, help);
    command->require_subcommand(1);
    command->add_subcommand("keys")->callback(
        [] { std::fputs(config::key_reference().c_str(), stdout); });
    command->add_subcommand("sample")->callback(
        [] { std::fputs(config::sample_file().c_str(), stdout); });
}

}  // namespace respguard::proxy
