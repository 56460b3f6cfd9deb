// What a rule says about commands: "flushall", "config|set", "cluster|*", "@admin", "@unknown".
#pragma once

#include "respguard/base/glob.hpp"
#include "respguard/base/result.hpp"
#include "respguard/command/command_table.hpp"
#include "respguard/policy/rule_set.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace respguard::policy {

/// Whether a pattern covers a command: mostly known at load, for names outside the table only when
/// a request is there.
enum class cover : std::uint8_t { never, depends, always };

class name_pattern {
public:
    /// "name", "name|subcommand", both may be globs; "@unknown"; "@" and an ACL category.
    [[nodiscard]] static parsed<name_pattern> parse(std::string_view text);

    /// A name alone covers all subcommands too. A command with an unknown subcommand has its
    /// container's id, hence "depends" there as for `other`.
    [[nodiscard]] cover covers(command::command_id id) const;

    /// For ids where covers() says "depends".
    [[nodiscard]] bool matches(request_facts const& facts) const noexcept;

    /// "*": no condition at all.
    [[nodiscard]] bool matches_everything() const noexcept
    {
        return !unknown_ && !category_ && name_.matches_everything() && !subcommand_;
    }
    [[nodiscard]] bool is_class() const noexcept { return unknown_ || category_; }
    /// True for one exact name that the table does not have.
    [[nodiscard]] bool is_exact_unknown() const;

private:
    explicit name_pattern(command::category category);
    name_pattern(glob name, std::optional<glob> subcommand, bool unknown)
        : name_(std::move(name)), subcommand_(std::move(subcommand)), unknown_(unknown)
    {
    }
    [[nodiscard]] static parsed<name_pattern> parse_class(std::string_view text);
    [[nodiscard]] cover covers_other() const;
    [[nodiscard]] cover covers_top(command::command_id id) const;

    glob name_;
    std::optional<glob> subcommand_;
    bool unknown_;
    std::optional<command::category> category_;
};

}  // namespace respguard::policy
