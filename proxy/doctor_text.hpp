// The help of `respguard doctor`.
#pragma once

#include <string_view>

namespace respguard::proxy {

inline constexpr std::string_view doctor_help = R"(Usage: respguard doctor URL [options]
       respguard doctor --mailboxes N

Checks one Redis against everything EmailEngine needs, in about two seconds.
Read-only: nothing is written to the server, and its settings stay as they are.
Give it the URL that EmailEngine gets. Without a URL it sizes a new server.

  URL                  redis://[user:password@]host[:port][/db] or
                       unix:///path[?db=N]; without a database EmailEngine's
                       own default is meant: 8
  --url-file FILE      read the URL from this file's first line: others see a
                       password on the command line
  --mailboxes N        so many mailboxes there will be, not those found
  --prefix P           EmailEngine's key prefix (EENGINE_REDIS_PREFIX)
  --only ID, --skip ID checks (net.rtt) or groups (net); may be repeated.
                       Skipped ones are accepted deviations, and listed
  --backup GLOB        look at the newest of these files
  --probe-disk DIR     measure the disk with a scratch file in DIR
  --max-command SIZE   the largest command your plan allows (Upstash) [1mb]
  --probe-limits       send one command of that size, and see if it passes
  --wait D             try again so long while it is away or loading
  --timeout D          for each question [2s]
  --strict             warnings count as failures
  --quiet              only what is not ok
  --json               one JSON document (docs/doctor.schema.json)
  --nagios             one line; ends with 0, 1, 2 or 3
  --symbols            marks in front of the words
  --annotations        problems as GitHub annotations, to standard error

  respguard doctor redis://:secret@10.0.0.5/8
  respguard doctor --wait 30s --strict --quiet unix:///run/redis/redis.sock
  respguard doctor --mailboxes 5000

Every check: docs/DOCTOR.md. NO_COLOR is honoured.
Ends with 0 no failure, 1 failures, 2 usage, 3 not reached or not let in.
)";

}  // namespace respguard::proxy
