// config/respguard.toml.
#include "respguard/config/describe.hpp"

#include <string_view>

#include "config/key_table.hpp"
#include "config/key_value.hpp"
#include "config/presets.hpp"
#include "config/wrapped.hpp"

namespace respguard::config {

namespace {

constexpr std::string_view head = R"(# respguard: sample configuration.
#
# Generated from the guard's own table of keys by scripts/gen_docs. Every key is here; one that is
# commented out shows its default. Check a changed file with: respguard check -c FILE
#
# Durations: "250ms", "5s", "1m", "2h". Sizes: "64kb", "1mb", "1gb" (1024-based, as Redis writes
# them) or bytes. A flag wins over the environment (RESPGUARD_UPSTREAM_HOLD for upstream.hold), the
# environment over this file. Reference: docs/CONFIGURATION.md, rules: docs/POLICY.md.
)";

constexpr std::string_view rules = R"(
# Your own rules come before those of the presets; the first that matches decides. Try one with
#   respguard policy test -c FILE -- CONFIG SET maxmemory-policy allkeys-lru
#
# Fields: id, action (allow, alert, reject, close), message (shown to you, never to a client),
# shadow (true: only counts), over and per (a rate, "1000/s" per "client"), every (log at most so
# often), and match with any of these, which must all hold (docs/POLICY.md explains each):
#   command             "flushall", "config|set", "config" (all its subcommands), "cluster|*",
#                       "@write", or a list of them
#   request_bytes_over, reply_bytes_over, argument_bytes_over, key_bytes_over, arguments_over,
#   offset_over         of SETRANGE, SETBIT, BITFIELD, in bytes
#   key, keys_outside   globs for the keys it names; keys_unknown: it may touch others, too
#   param, value        of CONFIG SET: a name or glob, or a list of them
#   value_between       of CONFIG SET: [1, 299] or ["100mb", "4gb"]
#   also_sets           { param = "appendonly", value = "yes" }: set by the same command
#   db, user, client_name, client (addresses), listener, scripts_containing
#   not                 a table of these: the rule is not about what all of them hold for
#
# If the server has rename-command lines, say so above: renamed = { config = "b840fc02" }
#
# [[policy.rule]]
# id = "no-eviction-change"
# match = { command = "config|set", param = "maxmemory-policy", value = "allkeys-*" }
# action = "reject"
# message = "eviction would delete mailbox indexes"
#
# [[policy.rule]]
# id = "big-command"
# match = { request_bytes_over = "1mb" }
# action = "alert"
)";

std::string comment(std::string_view text)
{
    constexpr std::size_t columns = 98;
    std::string out;
    for (std::string const& line : wrapped(text, columns))
        out += "# " + line + "\n";
    return out;
}

std::string presets()
{
    std::string out;
    mistakes none;
    for (policy::builtin_file const& file : policy::builtin_presets()) {
        out += comment("- " + std::string(file.name) + ": " + read_preset(file, none).description);
    }
    return out;
}

std::string entry(key const& k, settings& defaults)
{
    std::string out = "\n" + comment(k.help);
    if (!k.reason.empty()) out += comment(k.reason);
    std::string const allowed = show_bounds(k);
    if (!allowed.empty() && k.choices.empty()) out += comment("Allowed: " + allowed + ".");
    if (k.name == "policy.presets") out += presets();
    if (!k.example.empty()) {
        out += "# Example: " + std::string(leaf_of(k.name)) + " = " + std::string(k.example) + "\n";
    }
    return out + (k.shown ? "" : "# ") + std::string(leaf_of(k.name)) + " = " + show(k, defaults) +
           "\n";
}

}  // namespace

std::string sample_file()
{
    settings defaults;
    std::string out(head);
    for (section const& s : sections()) {
        out += "\n# " + std::string(s.help) + "\n[" + std::string(s.name) + "]\n";
        for (key const& k : keys()) {
            if (section_of(k.name) == s.name) out += entry(k, defaults);
        }
        if (s.name == "policy") out += rules;
    }
    return out;
}

}  // namespace respguard::config
