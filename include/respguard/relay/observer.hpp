// What the relay tells about itself, beside the numbers: verdicts and connections.
#pragma once

#include "respguard/base/side.hpp"
#include "respguard/command/command_table.hpp"
#include "respguard/policy/verdict.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace respguard::relay {

/// A request that a rule or a built-in check had something to say about. No bytes of the client.
struct judged_request {
    command::command_id command = command::other;
    policy::verdict verdict;
    char const* reason = "";  ///< Of a refusal; literal.
    std::uint64_t size_bytes = 0;
    std::uint32_t arguments = 0;
    bool shadow = false;  ///< verdict.rule is a shadow rule: nothing was done.
};

/// A client as it is shown to people.
struct client_info {
    std::uint64_t id = 0;
    std::string address;
    std::string_view name;  ///< Borrowed for the call.
    std::string_view user;
    std::uint32_t db = 0;
};

/// How a connection ended.
struct closed_client {
    side by = side::client;
    char const* reason = "";  ///< Literal.
    int error = 0;            ///< errno behind it, or 0.
    bool orderly = true;      ///< Nothing was lost and nobody misbehaved.
    std::uint64_t age_ns = 0;
    std::uint64_t commands = 0;
    std::uint64_t errors = 0;    ///< Error replies of upstream,
    std::uint64_t rejected = 0;  ///< and requests refused here.
    std::size_t cancelled = 0;   ///< Requests whose reply never came.
};

/// Connections of one address that a rule refused and that ended, again and again.
struct refused_storm {
    std::uint16_t rule = policy::no_rule;
    std::uint32_t connections = 0;
    std::uint64_t within_ns = 0;
};

/// Called on the shard's thread; must return soon and not call back. Lifetime: longer than the
/// relay.
class observer {
public:
    virtual void on_judged(client_info const& client, judged_request const& request) = 0;
    virtual void on_storm(client_info const& client, refused_storm const& what) = 0;
    virtual void on_connected(client_info const& client) = 0;
    /// A client from `address` was sent away at once: there were `clients_max` already.
    virtual void on_refused(std::string_view address, std::uint32_t clients_max) = 0;
    /// Upstream can not be reached: the client waits. `error` is the last attempt's errno.
    virtual void on_held(client_info const& client, int error) = 0;
    virtual void on_closed(client_info const& client, closed_client const& how) = 0;

    observer(observer const&) = delete;
    observer& operator=(observer const&) = delete;

protected:
    observer() = default;
    ~observer() = default;
};

}  // namespace respguard::relay
