#include "respguard/stats/error_meaning.hpp"

#include <array>

namespace respguard::stats {

namespace {

// How EmailEngine takes them: its versions 2.60.0 and 2.79.2 behind a relay that made these errors.
// A start ends where a word ends: ' ' or the end of the line.
constexpr std::array known_errors{
    known_error{"OOM", "Redis's maxmemory is reached and nothing may be evicted, so no write "
                       "succeeds. EmailEngine shows this as 401 Bad token, /health as 500"},
    known_error{"LOADING", "Redis reads its data into memory after a start; ends by itself"},
    known_error{"READONLY", "this is a replica, writes are refused: after a failover the address "
                            "or the connection leads to the wrong server"},
    known_error{"MISCONF", "Redis could not save its data to disk and refuses writes until it can: "
                           "disk full, or not writable; its log says which"},
    known_error{"NOREPLICAS", "fewer replicas than min-replicas-to-write: writes are refused"},
    known_error{"MASTERDOWN", "this replica has lost its master and may not serve old data"},
    known_error{"NOAUTH", "the client did not log in: no password in its Redis URL. EmailEngine "
                          "exits with code 1"},
    known_error{"WRONGPASS", "user or password are wrong, or the user is off. EmailEngine exits "
                             "with code 1"},
    known_error{"NOPERM", "the ACL of this user denies the command, key or channel; every such "
                          "error makes ioredis reconnect, 1 s each"},
    known_error{"BUSY", "a Lua script has run for longer than busy-reply-threshold (5 s), nobody "
                        "else is served until it ends: /inflight and /scripts name it"},
    known_error{"NOSCRIPT",
                "harmless by itself: BullMQ and ioredis send the script again with "
                "EVAL. Expected after a restart of Redis or SCRIPT FLUSH",
                true},
    known_error{"NOPROTO", "harmless: ioredis goes on with RESP2", true},
    known_error{"EXECABORT", "the transaction was not executed, because one of its commands was "
                             "refused before; that one is told by itself"},
    known_error{"CLUSTERDOWN", "a Redis Cluster that is not complete. EmailEngine and BullMQ's "
                               "scripts need one server, no cluster"},
    known_error{"MOVED", "the key belongs to another node of a Redis Cluster. EmailEngine needs "
                         "one server, no cluster"},
    known_error{"ASK", "the key moves to another node of a Redis Cluster. EmailEngine needs one "
                       "server, no cluster"},
    known_error{"CROSSSLOT", "keys of several nodes in one command: a Redis Cluster. EmailEngine "
                             "needs one server, no cluster"},
    known_error{"WRONGTYPE", "the key holds another type of value: two programs, or two versions, "
                             "use the same key"},
    known_error{"ERR max number of clients", "Redis's maxclients is reached, it takes no more "
                                             "connections. EmailEngine alone opens about 40"},
    known_error{"ERR max request size exceeded", "a hosted Redis refuses commands of this size: "
                                                 "respguard report limits names the largest"},
    known_error{"ERR max daily request limit exceeded", "the plan of this hosted Redis allows no "
                                                        "more commands today"},
    known_error{"ERR unknown command", "the server has no such command, or it is renamed or "
                                       "switched off"},
    known_error{"ERR Error running script", "a Lua script failed; what is said behind it comes "
                                            "from the script"},
};

constexpr bool fit(std::size_t at_most)
{
    for (auto const& each : known_errors) {
        if (each.meaning.size() > at_most) return false;
    }
    return true;
}
static_assert(fit(180));

bool begins(byte_view line, std::string_view start) noexcept
{
    if (!line.starts_with(start)) return false;
    return line.size() == start.size() || line[start.size()] == ' ' || line[start.size()] == '\r' ||
           line[start.size()] == '.';
}

}  // namespace

known_error const* meaning_of(byte_view line) noexcept
{
    for (known_error const& each : known_errors) {
        if (begins(line, each.start)) return &each;
    }
    return nullptr;
}

}  // namespace respguard::stats
