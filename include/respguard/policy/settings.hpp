// What an operator may say about rules; filled by config, compiled by rule_set.
#pragma once

#include "respguard/policy/verdict.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace respguard::policy {

/// When a rule applies. Conditions that are there must all hold; a list holds if one entry does.
struct match_settings {
    /// "flushall", "config|set", "config" (with all its subcommands), globs ("cluster|*", "ft.*").
    /// Empty: every command.
    std::vector<std::string> commands;
    /// CONFIG SET parameter names or globs; `_`, `.` are read as `-`, aliases as their main name.
    std::vector<std::string> params;
    /// CONFIG SET values or globs, compared in lower case.
    std::vector<std::string> values;
    /// CONFIG SET value is an integer (strictly, as Redis reads it) within these bounds.
    std::optional<std::pair<std::int64_t, std::int64_t>> value_between;
    /// CONFIG SET: the same command also sets this parameter to a value like this (globs).
    std::optional<std::pair<std::string, std::string>> also_sets;
    /// Canonical wire size of the request is larger than this.
    std::optional<std::uint64_t> request_bytes_over;
};

struct rule_settings {
    std::string id;
    match_settings match;
    action what = action::alert;
    /// Shown in /rules, the log and `policy test`; never sent to a client.
    std::string message;
    /// Where it was written: "preset emailengine" or "file:line".
    std::string source;
};

struct policy_settings {
    /// In force order: the operator's own first, then those of the presets.
    std::vector<rule_settings> rules;
    std::vector<std::string> presets{"emailengine"};
    /// False: every reject (and close) of a rule becomes an alert.
    bool enforce = true;
};

}  // namespace respguard::policy
