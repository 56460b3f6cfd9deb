// The conditions of a rule that look at one parameter and value of CONFIG SET.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/base/glob.hpp"
#include "respguard/base/result.hpp"
#include "respguard/policy/settings.hpp"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "policy/config_parameter.hpp"

namespace respguard::policy {

/// One parameter with its value, as the server reads them.
struct config_pair {
    parameter_name name;
    byte_view value;  ///< Up to its first NUL; letter case as sent.
};

/// Bit n: a name may start with a letter whose low six bits are n. A rule that has no letter in
/// common with a parameter is passed over by this alone.
using first_letters = std::uint64_t;
inline constexpr first_letters any_letter = ~first_letters{0};

[[nodiscard]] first_letters first_letters_of(parameter_name const& name) noexcept;

class config_check {
public:
    /// True if the rule looks at parameters or values at all.
    [[nodiscard]] static bool is_wanted(condition_settings const& match) noexcept;

    /// @return problem for bad globs and for bounds the wrong way round.
    [[nodiscard]] static parsed<config_check> make(condition_settings const& match);

    /// Of all parameters that it takes.
    [[nodiscard]] first_letters letters() const noexcept { return first_letters_; }

    /// All conditions but also_sets, which needs the other pairs.
    [[nodiscard]] bool matches(config_pair const& pair) const noexcept;

    [[nodiscard]] bool has_also_sets() const noexcept { return also_parameter_.has_value(); }
    /// True if this pair is the one that also_sets asks for.
    [[nodiscard]] bool is_also_set_by(config_pair const& pair) const noexcept;

private:
    std::vector<glob> parameters_;
    first_letters first_letters_ = any_letter;
    std::vector<glob> values_;
    std::optional<std::pair<std::int64_t, std::int64_t>> between_;
    std::optional<std::pair<std::uint64_t, std::uint64_t>> bytes_between_;
    std::optional<glob> also_parameter_;
    std::optional<glob> also_value_;
};

}  // namespace respguard::policy
