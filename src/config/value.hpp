// One value as somebody wrote it, whatever the source: file, environment, flag.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::config {

/// Where a value was written.
struct place {
    std::string source;  ///< "respguard.toml", "RESPGUARD_LISTEN_ADDRESSES", "--listen", "default"
    std::uint32_t line = 0;    ///< 0: the source has no lines.
    std::uint32_t column = 0;  ///< In characters, not bytes.

    /// "respguard.toml:12": where a value came from.
    [[nodiscard]] std::string origin() const;
    /// "respguard.toml:12:3": where to mend it.
    [[nodiscard]] std::string where() const;
};

struct table_entry;

struct value {
    enum class kind : std::uint8_t {
        text,
        bare,  ///< From a flag or the environment: what it means depends on the key's type.
        integer,
        fraction,
        boolean,
        date,
        list,
        table,
    };
    kind what = kind::text;
    std::string text;  ///< Of text and bare; of fraction and date as they are to be shown.
    std::int64_t integer = 0;
    bool boolean = false;
    std::vector<value> items;          ///< Of a list.
    std::vector<table_entry> entries;  ///< Of a table, as they were written.
    place at;

    /// For "expected ..., found <this>": "the number 60", "a list". Never the text itself, which
    /// may be a password.
    [[nodiscard]] std::string describe() const;
    /// The entry of this name, or null.
    [[nodiscard]] value const* find(std::string_view name) const;
};

struct table_entry {
    std::string name;
    place at;  ///< Of the name.
    value content;
};

[[nodiscard]] value bare_value(std::string_view text, place at);

}  // namespace respguard::config
