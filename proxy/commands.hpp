// The subcommands of the executable: each adds itself and, if it is chosen,
// says what to do.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::proxy {

/// What the command line came to.
struct outcome {
    std::function<int()> work;  ///< What was asked for; gives the exit code.
    /// What stood behind "--", byte for byte; CLI11 would read "[a,b]" and the like as lists.
    std::vector<std::string> tail;
    bool has_tail = false;
    bool takes_tail = false;
};

void add_run(CLI::App& app, outcome& result);
void add_check(CLI::App& app, outcome& result);
void add_policy(CLI::App& app, outcome& result);
/// Ends with codes of its own: 2 is its usage error.
void add_doctor(CLI::App& app, outcome& result);
void add_report(CLI::App& app, outcome& result);
void add_events(CLI::App& app, outcome& result);
void add_tap(CLI::App& app, outcome& result);
void add_slowlog(CLI::App& app, outcome& result);
void add_top(CLI::App& app, outcome& result);
void add_stats(CLI::App& app, outcome& result);
void add_healthcheck(CLI::App& app, outcome& result);
/// Hidden: what scripts/gen_docs writes into files.
void add_describe(CLI::App& app, outcome& result);

/// The arguments in front of "--", last one first as CLI11 wants them; the others go to `result`.
[[nodiscard]] std::vector<std::string> cut_tail(int argc, char** argv, outcome& result);

/// "respguard 0.1.0 (a1b2c3d, GNU 12.2.0, RelWithDebInfo)"
[[nodiscard]] std::string version_line();

/// For error texts that quote the command line: what stands between "://" and '@' is masked.
[[nodiscard]] std::string without_passwords(std::string text);

/// Shows this text, written by hand, instead of what CLI11 would make of the options.
void set_help(CLI::App& app, std::string_view text);

}  // namespace respguard::proxy
