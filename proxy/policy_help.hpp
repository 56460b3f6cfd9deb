// What `respguard policy -h` and `respguard policy test -h` print.
#pragma once

#include <string_view>

namespace respguard::proxy {

inline constexpr std::string_view policy_help =
    R"(Usage: respguard policy test [options] -- COMMAND ARG...

  test    what would happen to a command, and why; nothing is sent
)";

inline constexpr std::string_view policy_test_help =
    R"(Usage: respguard policy test [-c FILE] [options] -- COMMAND ARG...
       respguard policy test [-c FILE] [options] --from-log FILE

Says what the guard would do to this command, which rule says so and where it
is written, and what the client would read. Nothing is sent anywhere.

  -c, --config FILE    the TOML file [or RESPGUARD_CONFIG]; without it the
                       defaults: preset emailengine
  --set KEY=VALUE      for example --set 'policy.presets=upstash-1mb'
  --size SIZE          as if the request had this size, such as 2mb
  -e, --escapes        read \xHH \0 \n \r \t \\ in the arguments
  --user U, --client NAME, --address IP, --listener ADDR, --db N
                       who sends it: user, client name, address (or unix), the
                       listener it came in by, database [default, "",
                       127.0.0.1, 127.0.0.1:6380, 0]
  --from-log FILE      the requests of a log instead (- is standard input), and
                       what these rules would change: JSON lines of /events or
                       the guard's log, redis-cli --json SLOWLOG GET, MONITOR

  respguard policy test -- CONFIG SET maxmemory-policy allkeys-lru
  respguard policy test --size 2mb -- SET mail:1 x
  redis-cli --json SLOWLOG GET 128 | respguard policy test --from-log -

Ends with 0 allow, 1 alert, 2 reject or close, 64 usage, 78 configuration;
--from-log with 0 nothing would change, 1 something would, 2 nothing judged.
)";

}  // namespace respguard::proxy
