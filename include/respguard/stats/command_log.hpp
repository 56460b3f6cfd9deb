// The slow log, and the logs of large requests and large replies.
#pragma once

#include "respguard/stats/finished_command.hpp"
#include "respguard/stats/shown_request.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::stats {

enum class log_kind : std::uint8_t { slow, large_request, large_reply };
inline constexpr std::array<std::string_view, 3> log_kind_names{"slow", "large_request",
                                                                "large_reply"};

struct command_log_settings {
    /// Round trips from here on are slow; below 0: none is, 0: all are.
    std::chrono::milliseconds slower_than{10};
    /// The same for what may block, whose purpose is to wait.
    std::chrono::milliseconds blocked_longer_than{-1};
    /// Requests, and replies, from here on are large; 0: none is.
    std::uint64_t request_bytes = 1'048'576;
    std::uint64_t reply_bytes = 1'048'576;
    /// So many of each kind are kept, for each thread.
    std::uint32_t kept = 128;
    std::string show = "keys";  ///< One of privacy_names.
};

/// One line of a log. Texts hold what a client sent.
struct logged_command {
    log_kind kind = log_kind::slow;
    std::uint64_t id = 0;  ///< 1, 2, 3, ... within one thread and kind.
    std::uint64_t unix_ns = 0;
    command::command_id command = command::other;
    command_outcome outcome = command_outcome::ok;
    bool blocking = false;
    std::vector<std::string> arguments;  ///< As shown_arguments() gives them.
    std::uint32_t argument_count = 0;
    std::string client;
    std::string name;
    std::string user;
    std::uint64_t client_id = 0;
    std::uint32_t db = 0;
    std::string script;
    std::string queue;
    std::string family;
    std::string error;  ///< First word of the error reply.
    std::uint64_t request_bytes = 0;
    std::uint64_t reply_bytes = 0;
    std::uint64_t round_trip_ns = 0;
    time_parts parts;
};

/// What one shard logged. Used on its thread only; entries are shared with readers, who never see
/// them change.
class command_logs final : public command_listener {
public:
    using entry = std::shared_ptr<logged_command const>;
    /// Called for each new entry, on the shard's thread.
    using sink = std::function<void(logged_command const&)>;

    explicit command_logs(command_watch& watch, command_log_settings const& settings = {});
    ~command_logs() { watch_.remove(*this); }
    command_logs(command_logs const&) = delete;
    command_logs& operator=(command_logs const&) = delete;

    void on_entry(sink tell) { tell_ = std::move(tell); }
    /// Takes over other settings; what was logged stays, as far as it is kept, without its
    /// arguments if less is to be seen than before.
    void replace(command_log_settings const& settings);
    void on_finished(finished_command const& what) noexcept override;

    /// Oldest first.
    [[nodiscard]] std::vector<entry> entries() const;
    /// All there ever were, by kind.
    [[nodiscard]] std::array<std::uint64_t, 3> const& counts() const noexcept { return counts_; }
    /// Forgets what was logged.
    void clear() noexcept;

private:
    void add(log_kind kind, finished_command const& what);
    void hide_kept();

    command_watch& watch_;
    command_log_settings settings_;
    privacy show_ = privacy::keys;
    command_interest slow_;
    sink tell_;
    std::array<std::deque<entry>, 3> kept_;
    std::array<std::uint64_t, 3> counts_{};
};

/// Where most of the time went, in words: "7.4 ms of 8.1 ms waiting behind earlier commands on the
/// same connection". Empty if there is nothing to say.
[[nodiscard]] std::string in_words(time_parts const& parts, std::uint64_t round_trip_ns);

}  // namespace respguard::stats
