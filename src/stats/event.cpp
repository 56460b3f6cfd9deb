#include "respguard/stats/event.hpp"

#include <algorithm>

namespace respguard::stats {

std::optional<event_type> event_type_named(std::string_view name) noexcept
{
    auto const at = std::find(event_type_names.begin(), event_type_names.end(), name);
    if (at == event_type_names.end()) return std::nullopt;
    return static_cast<event_type>(at - event_type_names.begin());
}

}  // namespace respguard::stats
