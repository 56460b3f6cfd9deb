// Who did it: the first question in every incident.
#pragma once

#include <cstdint>
#include <string_view>

namespace respguard {

/// client: the application. upstream: Redis. guard: ourselves.
enum class side : std::uint8_t { client, upstream, guard };

[[nodiscard]] constexpr std::string_view to_string(side s) noexcept
{
    switch (s) {
    case side::client: return "client";
    case side::upstream: return "upstream";
    case side::guard: return "guard";
    }
    return "guard";
}

}  // namespace respguard
