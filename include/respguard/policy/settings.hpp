// What an operator may say about rules; filled by config, compiled by rule_set.
#pragma once

#include "respguard/policy/rate_limit.hpp"
#include "respguard/policy/verdict.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace respguard::policy {

/// Conditions that are there must all hold; a list holds if one entry does.
struct condition_settings {
    /// "flushall", "config|set", "config" (with all its subcommands), globs ("cluster|*", "ft.*"),
    /// classes ("@admin"). Empty: every command.
    std::vector<std::string> commands;
    /// CONFIG SET parameter names or globs; `_`, `.` are read as `-`, aliases as their main name.
    std::vector<std::string> params;
    /// CONFIG SET values or globs, compared in lower case.
    std::vector<std::string> values;
    /// CONFIG SET value is an integer (strictly, as Redis reads it) within these bounds.
    std::optional<std::pair<std::int64_t, std::int64_t>> value_between;
    /// CONFIG SET value is a size ("1gb", as Redis reads it) within these bounds, in bytes.
    std::optional<std::pair<std::uint64_t, std::uint64_t>> value_bytes_between;
    /// CONFIG SET: the same command also sets this parameter to a value like this (globs).
    std::optional<std::pair<std::string, std::string>> also_sets;
    /// Canonical wire size of the request is larger than this.
    std::optional<std::uint64_t> request_bytes_over;
    /// More arguments than this, the command's name included.
    std::optional<std::uint64_t> arguments_over;
    /// One argument is longer than this.
    std::optional<std::uint64_t> argument_bytes_over;
    /// One key is longer than this.
    std::optional<std::uint64_t> key_bytes_over;
    /// SETRANGE, SETBIT or BITFIELD that writes at a byte offset larger than this.
    std::optional<std::uint64_t> offset_over;
    /// The reply is larger than this: judged while it comes, so only alert and close can follow.
    std::optional<std::uint64_t> reply_bytes_over;
    /// A key that the request names matches one of these globs (letter case counts).
    std::vector<std::string> keys;
    /// A key that it names matches none of these.
    std::vector<std::string> keys_outside;
    /// It may touch keys that it does not name. With keys_outside: that is enough (default true).
    std::optional<bool> keys_unknown;
    /// EVAL, SCRIPT LOAD or FUNCTION LOAD of a text with one of these words in it, in any case.
    std::vector<std::string> scripts_containing;
    /// Database numbers.
    std::vector<std::uint32_t> dbs;
    /// Globs for the user ("default" before AUTH) and the name (CLIENT SETNAME; "" if none).
    std::vector<std::string> users;
    std::vector<std::string> client_names;
    /// Addresses or ranges: "10.0.0.7", "10.0.0.0/8", "fd00::/8", "unix".
    std::vector<std::string> clients;
    /// Globs for the address that the client connected to: "*:6381", "unix:*".
    std::vector<std::string> listeners;
};

/// When a rule applies.
struct match_settings : condition_settings {
    /// The rule does not apply where all of these hold.
    std::optional<condition_settings> unless;
};

struct rule_settings {
    std::string id;
    match_settings match;
    action what = action::alert;
    /// Counted and told, but the request is judged by the rules behind it.
    bool shadow = false;
    /// Only what exceeds this rate matches.
    std::optional<rate_limit> limit;
    /// Log line and event at most so often; 0: as the log is limited anyway. Counts always.
    std::chrono::nanoseconds every{0};
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
    /// Command name to what the server calls it (`rename-command`).
    std::map<std::string, std::string> renamed;
};

}  // namespace respguard::policy
