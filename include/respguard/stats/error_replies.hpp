// Error replies of upstream, told by class and command instead of only counted.
#pragma once

#include "respguard/stats/finished_command.hpp"
#include "respguard/stats/notices.hpp"

#include <cstdint>

namespace respguard::stats {

/// One event for each class of error and command, then at most one a minute. Of the reply only its
/// first word is shown, or words that are known to be Redis's own. Used on its shard's thread.
class error_replies final : public command_listener {
public:
    /// @param watch Outlives it.
    error_replies(command_watch& watch, notices::sink tell);
    ~error_replies() { watch_.remove(*this); }
    error_replies(error_replies const&) = delete;
    error_replies& operator=(error_replies const&) = delete;

    void on_finished(finished_command const& what) noexcept override;
    /// Upstream refused a connection before anything was asked on it. `who`: its client.
    void on_refused_connection(event who, std::uint64_t now_ns);
    /// As notices::flush().
    void flush(std::uint64_t now_ns) { notices_.flush(now_ns); }

private:
    command_watch& watch_;
    notices notices_;
};

/// Who and what of a finished command, for an event about it.
[[nodiscard]] event event_about(finished_command const& what, event_type type);

}  // namespace respguard::stats
