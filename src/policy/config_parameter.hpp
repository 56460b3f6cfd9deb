// How the server reads the names and values of CONFIG SET.
#pragma once

#include "respguard/base/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace respguard::policy {

struct parameter_alias {
    std::string_view alias;
    std::string_view primary;
};

/// The second names of parameters, sorted by alias.
[[nodiscard]] std::span<parameter_alias const> parameter_aliases() noexcept;

/// Name of a CONFIG SET parameter, so written that equal parameters have equal names: up to a NUL,
/// in lower case, `_` and `.` as `-` (Dragonfly makes no difference), an alias as its primary name.
class parameter_name {
public:
    /// Longer than every name there is; what is longer matches only `*`.
    static constexpr std::size_t size_max = 128;

    explicit parameter_name(byte_view as_sent) noexcept;

    /// The primary name. Borrowed from this object.
    [[nodiscard]] std::string_view primary() const noexcept
    {
        return alias_of_.empty() ? written() : alias_of_;
    }
    /// As it was written, but for letter case and dashes.
    [[nodiscard]] std::string_view written() const noexcept { return {bytes_.data(), size_}; }
    [[nodiscard]] bool too_long() const noexcept { return too_long_; }

private:
    std::array<char, size_max> bytes_{};
    std::size_t size_ = 0;
    std::string_view alias_of_;
    bool too_long_ = false;
};

/// The same for a name or glob in a rule. Characters inside `[...]` stay as they are.
[[nodiscard]] std::string normal_parameter(std::string_view written_in_rule);

/// Strictly `0|-?[1-9][0-9]*` within int64, as redis 7.0.15 util.c string2ll; else empty.
[[nodiscard]] std::optional<std::int64_t> strict_integer(byte_view text) noexcept;

}  // namespace respguard::policy
