// Traffic in the shape of a busy EmailEngine 2.79: its commands in their frequencies and sizes,
// MULTI in one write, BullMQ-like scripts by EVALSHA, blocked readers, silent subscribers, RESP3.
//
// From the profile of a real run (project note EMAILENGINE_PROFILE.md). Left out: whole messages of
// megabytes, which the workloads set1m and get1m measure apart.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "conversation.hpp"
#include "server_link.hpp"

namespace respguard::bench::emailengine_mix {

/// Loads the Lua scripts and fills the database of each target (its index + 1).
/// @return the scripts' SHA1 sums, to be given to script().
std::vector<std::string> prepare(server_link& server, std::size_t targets);

/// What EmailEngine's connections say to the target with this index.
conversation script(std::vector<std::string> const& hashes, std::size_t index);

}  // namespace respguard::bench::emailengine_mix
