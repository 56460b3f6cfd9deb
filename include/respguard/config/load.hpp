// Text to settings: file, environment and command line; all errors at once.
#pragma once

#include "respguard/config/settings.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace respguard::config {

/// One mistake, with the place to mend.
struct config_error {
    std::string where;  ///< "respguard.toml:12:3", "environment RESPGUARD_LISTEN", "--set"
    std::string key;    ///< "upstream.url"; empty for syntax errors
    std::string text;   ///< what is wrong and, if there is one, the nearest right name

    /// "respguard.toml:12:3: upstream.url: expected ...": one line, no secrets.
    [[nodiscard]] std::string to_string() const;
};

struct sources {
    std::optional<std::string> file;  ///< -c; without it no file is read
    std::vector<std::string> listen;  ///< --listen
    std::optional<std::string> upstream;
    std::optional<std::string> admin;
    std::optional<std::string> log_level;
    std::optional<std::string> log_format;
    bool require_upstream = false;                   ///< --require-upstream
    std::vector<std::string> set;                    ///< --set key=value
    std::map<std::string, std::string> environment;  ///< RESPGUARD_* only
};

struct loaded {
    settings values;
    /// Key to where its value came from: "default", "respguard.toml:3", "RESPGUARD_LOG_LEVEL".
    std::map<std::string, std::string> origins;
    std::vector<config_error> errors;  ///< Empty: the settings can be used.
    /// What is allowed but hardly meant, such as a rule for a command that nobody knows.
    std::vector<config_error> warnings;
};

/// Flag, then environment, then file, then default. Never throws for bad input.
[[nodiscard]] loaded load(sources const& from);

}  // namespace respguard::config
