// One way to the server: direct, or through a proxy.
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>

#include "endpoint.hpp"

namespace respguard::bench {

struct target {
    std::string name;
    endpoint where;
    pid_t process = 0;  ///< Whose CPU time, memory and system calls are read; 0: nobody's.
};

/// "name=host:port" or "name=unix:/path", each with ",pid=N" behind it if wanted. Throws
/// bench_failure.
target parse_target(std::string_view text);

}  // namespace respguard::bench
