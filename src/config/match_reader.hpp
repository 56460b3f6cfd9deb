// The `match` and `not` tables of a rule.
#pragma once

#include "respguard/policy/settings.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/mistake.hpp"
#include "config/value.hpp"

namespace respguard::config {

/// Reads conditions; collects what is wrong with them.
class match_reader {
public:
    /// @param key Of the rule, for complaints: "policy.rule".
    match_reader(std::string key, mistakes& errors) : key_(std::move(key)), errors_(errors) {}

    [[nodiscard]] policy::match_settings read(value const& written);

private:
    void read_conditions(value const& written, policy::condition_settings& out);
    void fail(place const& at, std::string_view field, std::string text);
    void check_fields(value const& table, std::span<std::string_view const> known);
    /// One string or a list of them. Numbers are taken as they are written (value = 0).
    [[nodiscard]] std::vector<std::string> texts(value const& written, std::string_view field);
    [[nodiscard]] std::vector<std::uint32_t> databases(value const& written);
    void read_between(value const& written, policy::condition_settings& out);
    [[nodiscard]] std::optional<std::pair<std::string, std::string>>
    read_also_sets(value const& written);
    [[nodiscard]] std::optional<std::uint64_t> size(value const& written, std::string_view field);
    [[nodiscard]] std::string text(value const& written, std::string_view field);

    std::string key_;
    std::string prefix_ = "match.";
    mistakes& errors_;
};

}  // namespace respguard::config
