// Which commands a live tap shows. No I/O.
#pragma once

#include "respguard/base/glob.hpp"
#include "respguard/stats/finished_command.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::stats {

/// All conditions hold. Asked on a shard's thread, the cheap ones first. Patterns and the texts
/// they are compared with are bounded, so what one question costs is, too.
struct tap_filter {
    std::vector<bool> commands;  ///< By id; empty: all.
    std::optional<glob> client;  ///< Of the address, "10.0.0.5:*", or of the client's own name.
    std::optional<glob> user;    ///< Nobody has authenticated: "default".
    std::optional<glob> queue;
    std::optional<glob> script;
    std::optional<glob> key;  ///< Of any key that stands in the first 480 bytes.
    std::optional<std::uint32_t> db;
    std::uint64_t round_trip_ns = 0;  ///< At least so long. Not 0: without commands that may block.
    std::uint64_t bytes = 0;          ///< Request or reply is at least so large.
    bool errors = false;              ///< Only error replies and what was rejected or cancelled.
    bool rules = false;               ///< Only what a rule matched.
    std::uint32_t every = 1;          ///< Of what passes, each shard shows one in so many.

    /// Takes commands whose name ("config|set", "other") matches one of these patterns, which have
    /// commas between them.
    /// @return What is wrong with one that cannot be read or that no command matches; else empty.
    [[nodiscard]] std::string only_commands(std::string_view patterns);

    /// But for `every`.
    [[nodiscard]] bool takes(finished_command const& what) const noexcept;
};

}  // namespace respguard::stats
