// Which engine answers: Redis, one of its relatives, or a managed service.
#pragma once

#include "respguard/doctor/facts.hpp"

#include <string>
#include <string_view>

namespace respguard::doctor {

struct engine {
    std::string name = "unknown";  ///< "redis", "valkey", "keydb", "dragonfly", "upstash", ...
    std::string service;           ///< "elasticache", "azure", ...; empty: none known.
    std::string version;           ///< Its own; empty: not known.
    std::string compatible;        ///< The Redis version it claims, if that is another.

    /// For a person: "Valkey 8.0.1 (redis 7.2.4 compatible)".
    [[nodiscard]] std::string to_string() const;
};

/// By exact field names of INFO, then HELLO, then the host's name; first hit wins.
[[nodiscard]] engine identify(facts const& from);

/// What is known of an engine.
struct engine_note {
    std::string_view name;
    std::string_view title;   ///< "Dragonfly"
    bool is_fine = false;     ///< True for Redis and Valkey only.
    std::string_view status;  ///< On EmailEngine's page, or that it is not there.
    std::string_view advice;
};

/// Never null: an unknown name gets the row "unknown".
[[nodiscard]] engine_note const& note_of(std::string_view name) noexcept;

}  // namespace respguard::doctor
