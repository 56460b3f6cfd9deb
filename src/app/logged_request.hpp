// Requests as logs tell them: the slow log, events, MONITOR. What a log does not say stays unknown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::app {

struct logged_argument {
    std::string shown;                        ///< All of it, or its beginning.
    std::optional<std::uint64_t> size_bytes;  ///< Empty: nobody knows (redacted).

    [[nodiscard]] bool is_whole() const noexcept
    {
        return size_bytes && *size_bytes == shown.size();
    }
};

struct logged_request {
    /// From the command's name on, as far as the log shows them. A log that has only the name
    /// ("config|set") gives one or two.
    std::vector<logged_argument> arguments;
    std::optional<std::uint32_t> argument_count;  ///< The name included.
    std::optional<std::uint64_t> size_bytes;
    std::optional<std::string> client;  ///< Address.
    std::optional<std::string> name;
    std::optional<std::string> user;
    std::optional<std::string> listener;
    std::optional<std::uint32_t> db;
    std::string action;  ///< What the guard did: alert, reject, close, shadow. Empty: it passed.
    std::string rule;    ///< That did it.
    std::uint64_t left_out = 0;  ///< Requests like this one that have no line.
};

struct logged_line {
    enum class kind : std::uint8_t {
        requests,
        other,  ///< Of such a log, but about no request.
        not_understood,
    };
    kind what = kind::other;
    std::vector<logged_request> requests;
};

/// One line of a file: an object of the slow log, of /events, of the guard's JSON log; what
/// `redis-cli --json SLOWLOG GET` or MONITOR print. docs/POLICY.md lists the forms.
[[nodiscard]] logged_line read_logged_line(std::string_view line);

/// One line of MONITOR; empty if it is none.
[[nodiscard]] std::optional<logged_request> read_monitor_line(std::string_view line);

}  // namespace respguard::app
