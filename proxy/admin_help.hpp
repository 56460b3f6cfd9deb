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

inline constexpr std::string_view tap_help =
    R"(Usage: respguard tap [filters] [--limit N] [--for D] [--json]

Every command as its reply comes: time, round trip, bytes in and out, client,
command, Lua script, queue, key family. Values are never shown. Filters are
applied in the guard, so a narrow one costs little; all have to match.

  --command GLOB,...   names such as get,config|*; unknown ones are other
  --client GLOB        address (10.0.0.5:*) or the client's own name
  --user GLOB, --db N  who sent it; without AUTH the user is default
  --script GLOB        name of the Lua script
  --queue GLOB         BullMQ queue
  --key GLOB           any key in the request's first 480 bytes
  --min-ms N           round trip at least N ms; without blocking commands
  --min-bytes SIZE     request or reply at least so large, such as 1mb
  --errors             only error replies, and what was rejected or cancelled
  --rules              only what a rule matched
  --every N            one in N of what is left
  --keys               the first key instead of its family ([privacy] show)
  --limit N, --for D   end after N commands, after 10s [INT (Ctrl-C)]
  --json               one command per line as JSON
)" RESPGUARD_ADMIN_HELP R"(
  respguard tap --min-ms 10
  respguard tap --queue 'bull:notify' --errors
  respguard tap --json --for 10s | jq -s 'group_by(.command) | map(length)'

A terminal that is too slow loses lines and is told how many; the guard does not
wait. Ends with 0, 1 not reached, refused or cut off, 64 usage.
)";

}  // namespace respguard::proxy
