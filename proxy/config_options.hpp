// The options that say where the configuration comes from.
#pragma once

#include "respguard/config/load.hpp"

#include <CLI/CLI.hpp>

namespace respguard::proxy {

/// -c FILE, or RESPGUARD_CONFIG.
void add_file_option(CLI::App& app, config::sources& from);
/// All others of `run`.
void add_override_options(CLI::App& app, config::sources& from);
void add_set_option(CLI::App& app, config::sources& from);
void add_admin_option(CLI::App& app, config::sources& from);

/// load() with the process's RESPGUARD_* variables.
[[nodiscard]] config::loaded load_with_environment(config::sources from);

/// All errors (or warnings), a line each, to standard error.
void print_errors(std::vector<config::config_error> const& errors, char const* kind);

}  // namespace respguard::proxy
