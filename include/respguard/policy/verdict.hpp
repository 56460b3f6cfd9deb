// What the policy says of one request.
#pragma once

#include <cstdint>
#include <string_view>

namespace respguard::policy {

enum class action : std::uint8_t { allow, alert, reject, close };
inline constexpr std::uint16_t no_rule = 0xFFFF;

/// Data, not an effect: what to do, and which rule said so.
struct [[nodiscard]] verdict {
    action what = action::allow;
    std::uint16_t rule = no_rule;  ///< Index into rule_set::rules(); no_rule if none matched.
    /// The first shadow rule that matched before this one: it would have decided.
    std::uint16_t shadow = no_rule;
    /// A rule wanted to look at bytes that are not there yet; the verdict is the safe one.
    bool cut = false;
};

/// Of a condition. `maybe`: it depends on bytes that are not there, or on a reply to
/// come.
enum class tri : std::uint8_t { no, maybe, yes };

[[nodiscard]] constexpr tri operator!(tri a) noexcept
{
    return static_cast<tri>(2 - static_cast<int>(a));
}
[[nodiscard]] constexpr tri both(tri a, tri b) noexcept { return a < b ? a : b; }
[[nodiscard]] constexpr tri either(tri a, tri b) noexcept { return a < b ? b : a; }
[[nodiscard]] constexpr tri certainly(bool holds) noexcept { return holds ? tri::yes : tri::no; }

[[nodiscard]] constexpr std::string_view to_string(action a) noexcept
{
    switch (a) {
    case action::allow: return "allow";
    case action::alert: return "alert";
    case action::reject: return "reject";
    case action::close: return "close";
    }
    return "allow";
}

}  // namespace respguard::policy
