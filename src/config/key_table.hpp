// Every key of the configuration, said once: type, default, bounds, reload rule and documentation.
//
// A new key is one entry in key_table.cpp; file, environment, --set, `check --print`, the sample
// file and docs/CONFIGURATION.md follow from it.
#pragma once

#include "respguard/config/settings.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace respguard::config {

/// Where a key's value lives; the C++ type says how it is written: uint64_t is a size in bytes, the
/// narrower integers are counts.
using field = std::variant<std::string& (*)(settings&), std::vector<std::string>& (*)(settings&),
                           bool& (*)(settings&), int& (*)(settings&), std::uint32_t& (*)(settings&),
                           std::uint64_t& (*)(settings&), std::chrono::milliseconds& (*)(settings&),
                           std::chrono::seconds& (*)(settings&), log_format& (*)(settings&)>;

/// What a running guard does with a changed value on HUP: takes it over for all connections, for
/// new ones, or says that it needs a restart (see reload.hpp).
enum class reload_rule : std::uint8_t { at_once, new_connections, restart };

/// In the field's own unit: bytes, a count, milliseconds or seconds.
struct bounds {
    std::uint64_t min = 0;
    std::uint64_t max = std::numeric_limits<std::int64_t>::max();
};

struct key {
    std::string_view name;  ///< "upstream.hold"
    field where;
    std::string_view help;         ///< One line: what it is.
    std::string_view reason = {};  ///< Why this default, what to mind. May be empty.
    bounds allowed = {};
    std::span<std::string_view const> choices = {};  ///< For strings: what is allowed; empty: all.
    std::string_view flag = {};                      ///< "--listen" if `run` has a flag of its own.
    std::string_view example = {};  ///< As TOML; if empty, the default is shown as an example.
    reload_rule reload = reload_rule::new_connections;
    bool secret = false;  ///< Never printed as it is.
    bool may_be_empty = false;
    bool shown = false;  ///< Not commented out in the sample file.
};

struct section {
    std::string_view name;
    std::string_view help;
};

/// In the order in which they are documented; keys of a section stand together.
[[nodiscard]] std::span<key const> keys();
/// Part of them: what the guard shows of single commands (observing_keys.cpp).
[[nodiscard]] std::span<key const> observing_keys();
[[nodiscard]] std::span<section const> sections();

/// Null if there is no such key.
[[nodiscard]] key const* find_key(std::string_view name);
[[nodiscard]] std::vector<std::string_view> key_names();
[[nodiscard]] std::vector<std::string_view> section_names();

/// "upstream" and "hold" of "upstream.hold".
[[nodiscard]] std::string_view section_of(std::string_view key_name);
[[nodiscard]] std::string_view leaf_of(std::string_view key_name);

/// "RESPGUARD_UPSTREAM_HOLD"
[[nodiscard]] std::string environment_name(std::string_view key_name);

}  // namespace respguard::config
