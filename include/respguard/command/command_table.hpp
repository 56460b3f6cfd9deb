// What a command is: its name, and what it does to a connection.
//
// The data is generated from a real server's COMMAND output (scripts/gen_commands.py ->
// src/command/command_data.inc), plus a few names of other engines.
#pragma once

#include "respguard/base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace respguard::command {

/// Index into the table: one for each command and each subcommand. Stable while the program runs,
/// not between versions.
using command_id = std::uint16_t;
/// Every command that the table does not know.
inline constexpr command_id other = 0;

/// What the relay has to know about a command. Everything else is plain.
enum class role : std::uint8_t {
    plain,
    multi,
    exec,
    discard,
    hello,
    auth,
    select,
    reset,
    quit,
    subscribe,  ///< SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE
    unsubscribe,
    client_reply,
    client_setname,
    config_set,
    takeover,        ///< MONITOR, SYNC, PSYNC, REPLCONF: the reply stream is not ours to match.
    cross_protocol,  ///< POST, Host:. A browser that was talked into it.
    shutdown,
};

enum class trait : std::uint32_t {
    none = 0,
    container = 1U << 0,     ///< Has subcommands; the second argument names one.
    blocking = 1U << 1,      ///< May block: BLPOP, BZPOPMIN, WAIT, XREAD (only with BLOCK).
    block_option = 1U << 2,  ///< Blocks only with a BLOCK argument (XREAD, XREADGROUP).
    write = 1U << 3,
    readonly = 1U << 4,
    admin = 1U << 5,
    dangerous = 1U << 6,
    pubsub = 1U << 7,
    script = 1U << 8,            ///< EVAL, EVALSHA, FCALL and their _RO forms.
    no_multi = 1U << 9,          ///< The server refuses it inside MULTI.
    unsafe_in_multi = 1U << 10,  ///< We refuse it inside MULTI: its replies have no frame there.
    secret = 1U << 11,    ///< Arguments may hold a password (AUTH, HELLO, ACL SETUSER, MIGRATE).
    all_keys = 1U << 12,  ///< Touches or shows keys that it does not name (KEYS, FLUSHALL).
};

/// ACL categories, as `ACL CAT` of redis 7.0.15 prints them. For commands of other engines, what
/// follows from their traits.
enum class category : std::uint8_t {
    keyspace,
    read,
    write,
    set,
    sortedset,
    list,
    hash,
    string,
    bitmap,
    hyperloglog,
    geo,
    stream,
    pubsub,
    admin,
    fast,
    slow,
    blocking,
    dangerous,
    connection,
    transaction,
    scripting,
};

/// Names of the categories in the order of the enum, without the "@" that rules put in front.
[[nodiscard]] std::span<std::string_view const> category_names() noexcept;

struct command_traits {
    std::string_view name;         ///< As Redis's commandstats writes it: "get", "config|set".
    command_id container = other;  ///< Of a subcommand: its container. Else other.
    role what = role::plain;
    std::uint32_t traits = 0;
    std::int8_t arity = 0;  ///< As COMMAND says; 0 if unknown.
    std::uint32_t categories = 0;

    [[nodiscard]] constexpr bool is(category c) const noexcept
    {
        return (categories >> static_cast<unsigned>(c) & 1U) != 0;
    }
    [[nodiscard]] constexpr bool has(trait t) const noexcept
    {
        return (traits & static_cast<std::uint32_t>(t)) != 0;
    }
};

/// What identify() found.
struct identity {
    command_id id = other;
    /// A NUL stands in the name or in the subcommand's name: the server might read it as a command
    /// that it does not look like (EVASION E3), so it must not be forwarded.
    bool nul_in_name = false;
    bool nul_in_subcommand = false;
};

/// All commands; index is command_id. [other] is named "other".
[[nodiscard]] std::span<command_traits const> table() noexcept;
[[nodiscard]] command_traits const& traits_of(command_id id) noexcept;

/// Compares as the server does: ASCII letters fold, nothing else. No allocation, constant time.
///
/// @param subcommand The second argument, only looked at for containers; empty if there is none. An
///                   unknown subcommand gives the container's own id.
[[nodiscard]] identity identify(byte_view name, byte_view subcommand) noexcept;

/// True if the second argument is needed to know which command it is.
[[nodiscard]] bool needs_subcommand(byte_view name) noexcept;

/// By the name in the table ("config|set", lower case), `other` if there is none.
[[nodiscard]] command_id find(std::string_view name) noexcept;

}  // namespace respguard::command
