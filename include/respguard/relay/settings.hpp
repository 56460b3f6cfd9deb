// The data path: limits and times. One place, with unit, default and reason for each.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace respguard::relay {

struct relay_settings {
    /// Client connections at once; more get Redis's own error and are closed.
    std::uint32_t clients_max = 10'000;
    /// Replies of our own that wait for a client: above it no more of its requests are read. Of
    /// what is read from a side at most one read waits to be written: reading stops at any
    /// unwritten byte.
    std::uint64_t buffer_bytes = 64 * 1024;
    /// Largest part of a request that is held while it can not be judged yet (its last argument's
    /// header, or all of it for CONFIG SET, is still to come). Above it the request is judged by
    /// what is known, or refused if that is not enough.
    std::uint64_t hold_bytes = 1024 * 1024;
    /// A refused request up to this size is skipped and the connection lives on; above, it is
    /// closed.
    std::uint64_t skip_bytes = 64ULL * 1024 * 1024;
    /// Longest argument of a request: the server's proto-max-bulk-len.
    std::uint64_t bulk_bytes = 512ULL * 1024 * 1024;
    /// Requests of one connection that wait for their reply; reading stops above it. 24 bytes each.
    std::uint32_t inflight_max = 1'048'576;
    /// A request that is held must be whole so long after its first byte, one that streams must not
    /// pause for so long, else the connection is closed; 0: never.
    std::chrono::milliseconds request_timeout{60'000};
    /// Close a client after so long without traffic; 0: never. EmailEngine keeps silent
    /// connections.
    std::chrono::milliseconds idle_timeout{0};

    /// Give up one attempt to connect to upstream after this long.
    std::chrono::milliseconds connect_timeout{1'000};
    /// Keep a client waiting silently for so long while upstream can not be reached; 0: not at all.
    std::chrono::milliseconds hold{60'000};
    /// After an error of ours, hold what the client sent behind it for so long (and its own round
    /// trip time, if the kernel knows it), so that a client that reconnects on errors does not have
    /// it executed twice; 0: not at all. Measured: docs/POLICY.md.
    std::chrono::milliseconds barrier{250};
    /// What follows when a client is refused and reconnects again and again: "alert", or "shadow"
    /// (the rule only counts for that client's address until five minutes after the storm).
    std::string storm_action = "alert";
    /// First and longest pause between attempts; doubles, with jitter.
    std::chrono::milliseconds retry_min{50};
    std::chrono::milliseconds retry_max{1'000};
    /// On TERM: let running requests finish for at most this long.
    std::chrono::milliseconds drain_timeout{10'000};

    /// SHA-1 of Lua scripts in lower case, and how they shall be called.
    std::vector<std::pair<std::string, std::string>> script_names;
    /// Prefixes of BullMQ's keys, beside "bull" and those that the guard learns by itself.
    std::vector<std::string> queue_prefixes;

    // Not configurable.
    /// A client that does not take its last replies is given this long.
    std::chrono::milliseconds flush_timeout{10'000};
    /// After the last reply the client's unread bytes are discarded for so long, so that no RST
    /// destroys the reply on its way: PROTOCOL.md section 9 measured 20 of 20 clean ends with it, 0
    /// of 20 without.
    std::chrono::milliseconds linger_timeout{1'000};
    /// Redis closes at once when it sees a FIN. A server that does not is given this long after its
    /// last owed reply.
    std::chrono::milliseconds quiet_after_fin{5'000};
};

}  // namespace respguard::relay
