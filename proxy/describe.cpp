// respguard describe: what scripts/gen_docs writes into files.
#include "respguard/config/describe.hpp"

#include "respguard/doctor/check.hpp"

#include <cstdio>

#include "commands.hpp"
#include "manual.hpp"

namespace respguard::proxy {

namespace {

constexpr std::string_view help = R"(Usage: respguard describe keys|checks|sample|man|completion

  keys         every key of the configuration, as Markdown (docs/CONFIGURATION.md)
  checks       every check of the doctor, as Markdown (docs/DOCTOR.md)
  sample       a commented configuration file (config/respguard.toml)
  man          respguard(1)
  completion   for bash
)";

}  // namespace

void add_describe(CLI::App& app, outcome& result)
{
    CLI::App* const command = app.add_subcommand("describe")->group("");  // Not listed.
    set_help(*command, help);
    command->require_subcommand(1);
    auto const add = [&](char const* name, std::function<std::string()> const& text) {
        command->add_subcommand(name)->callback([text, &result] {
            result.work = [text] {
                std::fputs(text().c_str(), stdout);
                return 0;
            };
        });
    };
    add("keys", config::key_reference);
    add("checks", doctor::check_reference);
    add("sample", config::sample_file);
    add("man", [&app] { return manual_page(app); });
    add("completion", [&app] { return bash_completion(app); });
}

}  // namespace respguard::proxy
