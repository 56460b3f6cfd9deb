// How the log tells events.
#pragma once

#include "respguard/base/log.hpp"
#include "respguard/stats/event.hpp"

#include <string_view>

namespace respguard::app {

/// What happened, in words: the message of its log line. Literal.
[[nodiscard]] std::string_view in_words(stats::event_type type) noexcept;
[[nodiscard]] log::level level_of_event(stats::event const& what) noexcept;

/// Writes the log line of an event about one client's command or connection.
void log_client_event(stats::event const& what);

}  // namespace respguard::app
