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
};

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
