// Where the guard is that a subcommand asks.
#pragma once

#include "respguard/config/load.hpp"
#include "respguard/net/endpoint.hpp"
#include "respguard/terminal/http_stream.hpp"

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

/// What the guard answered, or with which code to end.
struct admin_answer {
    std::optional<boost::json::object> json;
    int exit_code = 0;

    explicit operator bool() const noexcept { return json.has_value(); }
    boost::json::object const& operator*() const { return *json; }
    boost::json::object const* operator->() const { return &*json; }
};

/// GET of a JSON object. Empty: it was said on standard error why not.
[[nodiscard]] admin_answer ask_admin(admin_address const& at, std::string const& path);

/// Says another problem on standard error.
///
/// @param status Of the guard's HTTP answer, if there was one.
/// @return The exit code: 64 if the guard did not understand the question (400), else 1.
int admin_failed(admin_address const& at, std::string_view why, unsigned status = 0);

/// Says why there was no stream at `path`, or why it broke off.
///
/// @return The exit code: 0 if neither.
int stream_ended(admin_address const& at, std::string const& path, terminal::stream_end const& end);

}  // namespace respguard::proxy
