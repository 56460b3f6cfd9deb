// What the subcommands print that ask the running guard.
#pragma once

#include <string_view>

/// What every help of such a subcommand says about these options.
#define RESPGUARD_ADMIN_HELP                                              \
    "  --admin ADDR         the guard's admin address [127.0.0.1:9379]\n" \
    "                       [or RESPGUARD_ADMIN_ADDRESS]\n"               \
    "  -c, --config FILE    take admin.address from this file [or RESPGUARD_CONFIG]\n"

namespace respguard::proxy {

inline constexpr std::string_view stats_help =
    R"(Usage: respguard stats [--rows N] [--json]

What the running guard counted so far: clients, round trips, the commands with
the most calls, errors. Blocking commands: how long they waited.

  --rows N             so many commands [20]
  --width N            lines of at most N columns [80]
  --json               all of it, as GET /stats has it, in one line
)" RESPGUARD_ADMIN_HELP R"(
  respguard stats --json | jq .totals

Ends with 0, 1 the guard was not reached, 64 usage.
)";

inline constexpr std::string_view events_help =
    R"(Usage: respguard events [-f] [--since X] [--type T] [--limit N] [--json]

What happened to the guard and its clients: rules that matched, reconnect
storms, Redis lost and back, reloads, what the doctor found. Oldest first.

  -f, --follow         go on with new events until INT (Ctrl-C)
  --since X            newer than event X (its id), or of the last 10m
  --type T             only these, such as rule_hit,storm (docs/EVENTS.md)
  --limit N            the newest N [50; 10 with -f]
  --json               one event per line as JSON
)" RESPGUARD_ADMIN_HELP R"(
  respguard events --since 1h --type rule_hit
  respguard events -f --json | grep --line-buffered '"storm"'

Ends with 0, 1 the guard was not reached or ended the stream, 64 usage.
)";

inline constexpr std::string_view slowlog_help =
    R"(Usage: respguard slowlog [--large] [--limit N] [--json]

The commands that took long, the newest first: when, number, round trip, bytes
in and out, client, command; then the queue and where the time went. Arguments
are shown as [privacy] show says.

  --large              those with large requests or replies instead
  --limit N            so many [20]
  --json               one entry per line as JSON
)" RESPGUARD_ADMIN_HELP R"(
Ends with 0, 1 the guard was not reached or has no such log, 64 usage.
)";

}  // namespace respguard::proxy
