// Requests and replies that are not far from a size that would be refused.
#pragma once

#include "respguard/stats/finished_command.hpp"
#include "respguard/stats/notices.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::stats {

/// A size above which somebody refuses.
struct size_limit {
    static constexpr std::uint64_t none = ~std::uint64_t{0};
    std::uint64_t bytes = none;
    std::string name;  ///< "rule size-1mb", "limits.argument"
};

/// What is in force; vectors by command_id, all of one size or empty.
struct size_limits {
    std::vector<size_limit> requests;
    std::vector<size_limit> replies;
    size_limit argument;  ///< Of the longest argument of a request.
};

/// One event for each command, script, queue, family, limit and share, then at most one a minute.
/// Used on its shard's thread.
class near_limits final : public command_listener {
public:
    /// Shares of a limit from which on it is told, in percent, the larger one first.
    static constexpr std::array<unsigned, 2> shares{80, 50};
    using counts = std::array<std::uint64_t, shares.size()>;

    /// @param watch Outlives it.
    near_limits(command_watch& watch, notices::sink tell) : watch_(watch), notices_(std::move(tell))
    {
    }
    ~near_limits() { watch_.remove(*this); }
    near_limits(near_limits const&) = delete;
    near_limits& operator=(near_limits const&) = delete;

    /// Other limits are in force now.
    void replace(size_limits limits);
    void on_finished(finished_command const& what) noexcept override;
    void flush(std::uint64_t now_ns) { notices_.flush(now_ns); }

    /// Those above each share and not above the next one, by `shares`.
    [[nodiscard]] counts const& requests() const noexcept { return requests_; }
    [[nodiscard]] counts const& replies() const noexcept { return replies_; }

private:
    void judge(finished_command const& what, bool reply, std::uint64_t bytes,
               size_limit const& limit);

    command_watch& watch_;
    notices notices_;
    size_limits limits_;
    counts requests_{};
    counts replies_{};
};

/// EmailEngine's own setting that makes such a command smaller; empty if there is none.
[[nodiscard]] std::string_view size_advice(std::string_view queue,
                                           std::string_view family) noexcept;

/// Size of the longest argument, as far as the headers of `request` show it.
[[nodiscard]] std::uint64_t longest_argument(byte_view request) noexcept;

}  // namespace respguard::stats
