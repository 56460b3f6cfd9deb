// What `respguard tap -h` and `respguard top -h` print.
#pragma once

#include <string_view>

#include "admin_help.hpp"

namespace respguard::proxy {

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
  respguard tap --queue notify --errors
  respguard tap --json --for 10s | jq -s 'group_by(.command) | map(length)'

A terminal that is too slow loses lines and is told how many; the guard does not
wait. Ends with 0, 1 not reached, refused or cut off, 64 usage.
)";

inline constexpr std::string_view top_help =
    R"(Usage: respguard top [--once] [--admin ADDR] [-c FILE]

What is going on now: commands, Lua scripts, queues, clients and keys in tables
that can be sorted, and a curve of the last minutes. Needs no colour.

  q F10 quit           Tab 1 2 3 4 5 table     < > sort by another column
  R smallest first     / only rows with a text  + - refresh more, less often
  Z Space pause        Up Down PgUp PgDn        h help

  --once               one screen as text, after a second
  --keys KEYS          with --once: pressed before, such as 4>> (clients)
  --width N, --height N  with --once [80, 24]
)" RESPGUARD_ADMIN_HELP R"(
Ends with 0, 1 the guard was not reached or there is no terminal, 64 usage.
)";

}  // namespace respguard::proxy
