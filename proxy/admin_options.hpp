// Where the guard is that a subcommand asks.
#pragma once

#include "respguard/config/load.hpp"
#include "respguard/net/endpoint.hpp"

#include <boost/json/object.hpp>

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace respguard::proxy {

/// --admin and -c.
void add_admin_options(CLI::App& app, config::sources& from);

struct admin_address {
    std::string text;                    ///< As it was given.
    std::optional<net::endpoint> where;  ///< Empty: there is none,
    std::string problem;                 ///< and this is why.
};

/// By flag, environment, file or default. Other mistakes in the configuration are none here: the
/// guard may run with other settings.
[[nodiscard]] admin_address find_admin(config::sources const& from);

/// GET of a JSON object. Empty: it was said on standard error why not.
[[nodiscard]] std::optional<boost::json::object> ask_admin(admin_address const& at,
                                                           std::string const& path);

/// The same for another problem. @return 1, the exit code.
int admin_failed(admin_address const& at, std::string_view why);

}  // namespace respguard::proxy
