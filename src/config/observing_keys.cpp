// The keys of the doctor, and those that say what is shown of single commands; the others are in
// key_table.cpp.
#include <array>
#include <string_view>

#include "config/key_table.hpp"

namespace respguard::config {

namespace {

using namespace std::string_view_literals;

/// As RESPGUARD_FIELD of key_table.cpp.
#define RESPGUARD_SHOWN_FIELD(member) [](settings& s) -> decltype((s.member)) { return s.member; }

constexpr std::array privacy_choices{"none"sv, "keys"sv, "all"sv};
constexpr std::array doctor_modes{"off"sv, "warn"sv};
constexpr std::uint64_t doctor_interval_max = 86'400'000;  // A day, in milliseconds.
constexpr std::uint64_t largest_logged = 16ULL << 30U;

key const observing_table[] = {
    // --- doctor
    {.name = "doctor.interval",
     .where = RESPGUARD_SHOWN_FIELD(doctor.interval),
     .help =
         "Check Redis against EmailEngine's requirements at the start and so often; \"0\": never.",
     .reason = "40 to 90 short questions and 20 PINGs on a connection of its own, read-only.",
     .allowed = {0, doctor_interval_max},
     .reload = reload_rule::restart},
    {.name = "doctor.ready",
     .where = RESPGUARD_SHOWN_FIELD(doctor.ready),
     .help = "Checks that must not fail, and must be readable, before /readyz says ready.",
     .reason = "None, so that a warning at night takes no traffic away.",
     .example = "[\"engine.version\", \"topology.mode\"]",
     .reload = reload_rule::restart,
     .may_be_empty = true},
    {.name = "doctor.auto",
     .where = RESPGUARD_SHOWN_FIELD(doctor.automatic),
     .help =
         "warn: log failed checks and changes behind the guard's back, with what mends them; off: "
         "only show them.",
     .reason = "The guard itself never changes the server's configuration.",
     .choices = doctor_modes,
     .reload = reload_rule::restart},
    {.name = "doctor.prefix",
     .where = RESPGUARD_SHOWN_FIELD(doctor.prefix),
     .help = "EmailEngine's key prefix (EENGINE_REDIS_PREFIX), to find its mailboxes and queues.",
     .example = "\"ee\"",
     .reload = reload_rule::restart,
     .may_be_empty = true},
    {.name = "doctor.mailboxes",
     .where = RESPGUARD_SHOWN_FIELD(doctor.mailboxes),
     .help = "So many mailboxes there will be; 0: those that are found.",
     .allowed = {0, 1'000'000'000},
     .reload = reload_rule::restart},
    {.name = "doctor.command_limit",
     .where = RESPGUARD_SHOWN_FIELD(doctor.command_limit_bytes),
     .help = "The largest command that the plan of a hosted Redis allows.",
     .reason = "Upstash: 1 MB, newer plans 10 MB. Used by checks, not by the policy.",
     .allowed = {1U << 10U, 1U << 30U},
     .reload = reload_rule::restart},
    // --- slowlog
    {.name = "slowlog.slower_than",
     .where = RESPGUARD_SHOWN_FIELD(slowlog.slower_than),
     .help = "Log commands with a round trip of at least this; \"0\": all, \"-1\": none.",
     .reason = "Shown by /slowlog and in the log, with where the time went.",
     .reload = reload_rule::at_once},
    {.name = "slowlog.blocked_longer_than",
     .where = RESPGUARD_SHOWN_FIELD(slowlog.blocked_longer_than),
     .help = "The same for commands that may block (BZPOPMIN, XREAD BLOCK).",
     .reason = "Waiting is their purpose, so none.",
     .reload = reload_rule::at_once},
    {.name = "slowlog.request_bytes",
     .where = RESPGUARD_SHOWN_FIELD(slowlog.request_bytes),
     .help = "Log requests from this size on; 0: none.",
     .reason = "Shown by /largelog. 1 MB is what small plans of hosted services allow.",
     .allowed = {0, largest_logged},
     .reload = reload_rule::at_once},
    {.name = "slowlog.reply_bytes",
     .where = RESPGUARD_SHOWN_FIELD(slowlog.reply_bytes),
     .help = "Log replies from this size on; 0: none.",
     .allowed = {0, largest_logged},
     .reload = reload_rule::at_once},
    {.name = "slowlog.kept",
     .where = RESPGUARD_SHOWN_FIELD(slowlog.kept),
     .help = "Entries kept of each kind, for each thread; the oldest goes.",
     .reason = "As Redis's slowlog-max-len; at most 5 KB each.",
     .allowed = {1, 10'000},
     .reload = reload_rule::at_once},
    // --- privacy
    {.name = "privacy.show",
     .where = RESPGUARD_SHOWN_FIELD(slowlog.show),
     .help = "What logs show of a request: none (sizes only), keys, all (values, too).",
     .reason = "Values hold mail. Passwords are never shown.",
     .choices = privacy_choices,
     .reload = reload_rule::at_once},
    // --- keys
    {.name = "keys.hot",
     .where = RESPGUARD_SHOWN_FIELD(slowlog.hot_keys),
     .help = "Show so many of the most used keys of the last half to whole minute; 0: do not "
             "count.",
     .reason = "Shown by /keys/hot. Looks at each key of each command, so off.",
     .allowed = {0, 1'000},
     .reload = reload_rule::at_once},
    // --- scripts
    {.name = "scripts.names",
     .where = RESPGUARD_SHOWN_FIELD(script_names_file),
     .help = "File with names of Lua scripts, a line each: SHA-1 = name.",
     .reason = "BullMQ's are known, others are called as their text says; this comes first. A "
               "script that has been seen keeps its name until a restart.",
     .example = "\"/etc/respguard/scripts.txt\"",
     .reload = reload_rule::at_once,
     .may_be_empty = true},
    // --- queues
    {.name = "queues.prefixes",
     .where = RESPGUARD_SHOWN_FIELD(relay.queue_prefixes),
     .help = "Prefixes of BullMQ's keys, beside \"bull\".",
     .reason = "Learned from workers as well; to be named if only producers connect here.",
     .example = "[\"ee:bull\"]",
     .reload = reload_rule::restart,
     .may_be_empty = true},
};

#undef RESPGUARD_SHOWN_FIELD

}  // namespace

std::span<key const> observing_keys() { return observing_table; }

}  // namespace respguard::config
