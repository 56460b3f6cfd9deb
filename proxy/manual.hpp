// What the command line knows about itself, for files that are installed.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace respguard::proxy {

/// respguard(1): the help texts of all subcommands and every key of the configuration, in man(7).
[[nodiscard]] std::string manual_page(CLI::App const& app);

/// Completes subcommands, their options, and files, in bash.
[[nodiscard]] std::string bash_completion(CLI::App const& app);

/// "policy test" of every subcommand that is shown, in order; those that only hold others are left
/// out.
[[nodiscard]] std::vector<CLI::App const*> shown_commands(CLI::App const& app);
/// "policy test"
[[nodiscard]] std::string full_name(CLI::App const& command);

}  // namespace respguard::proxy
