// What is checked, and what came out.
#pragma once

#include "respguard/doctor/facts.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::doctor {

/// skip: it cannot be read, or the user accepted it. Never a pass in disguise.
enum class status : std::uint8_t { ok, warn, fail, skip };

/// "ok", "warn", "fail", "skip": in JSON, metrics and text alike.
[[nodiscard]] std::string_view to_string(status what) noexcept;

struct [[nodiscard]] finding {
    status what = status::skip;
    std::string message;  ///< One line, printable.
    std::string value;    ///< What was compared: "allkeys-lru", "0.18". May be empty.
    std::string source;   ///< Where it was read: "info:maxmemory_policy". May be empty.
    std::string denied;   ///< Why a source could not be read. May be empty.
    /// Instead of the check's own, if this case has a better one. In an examination always set.
    std::string fix;
};

/// One row of the table that reports, docs/DOCTOR.md and the metrics are made of.
struct check {
    std::string_view id;     ///< "evict.policy": stable, also the anchor in docs/DOCTOR.md.
    std::string_view group;  ///< Heading in reports.
    std::string_view seed;   ///< The requirement of EmailEngine's page it checks; empty: ours.
    std::string_view rule;   ///< "noeviction / volatile-* / the rest": ok, warn, fail.
    std::string_view why;    ///< What happens otherwise.
    std::string_view fix;    ///< What to type or change.
    /// Nothing: the check does not apply to this server (Upstash's plan on a plain Redis).
    std::optional<finding> (*judge)(facts const& from);
};

/// All of them, grouped, in the order of reports.
[[nodiscard]] std::span<check const> checks();
/// Null if there is none of this name.
[[nodiscard]] check const* find_check(std::string_view id);

/// Ids, or groups of ids ("persist" means all of persist.*).
struct selection {
    std::vector<std::string> only;  ///< Empty: all.
    std::vector<std::string> skip;  ///< Accepted deviations: still listed, as skip.
};

/// Names in `chosen` that no check has; for an error text.
[[nodiscard]] std::vector<std::string> unknown_names(selection const& chosen);

struct judged {
    check const* of = nullptr;  ///< From checks(): lives for ever.
    finding found;
};

struct summary {
    int ok = 0, warn = 0, fail = 0, skip = 0;
};

/// Judges by the table. Pure.
[[nodiscard]] std::vector<judged> examine(facts const& from, selection const& chosen);
[[nodiscard]] summary count(std::vector<judged> const& findings) noexcept;
/// Where the check is explained.
[[nodiscard]] std::string doc_link(std::string_view id);
/// Of docs/DOCTOR.md: the table, then why and what to do, with an anchor for each check.
[[nodiscard]] std::string check_reference();

}  // namespace respguard::doctor
