// Walks the parameters and values of a CONFIG SET request.
#pragma once

#include "respguard/base/arguments.hpp"

#include <cstddef>
#include <optional>

#include "policy/config_check.hpp"

namespace respguard::policy {

/// `while (auto pair = pairs.next())`. An odd tail is not shown: the server refuses the command.
class config_pairs {
public:
    /// How many are shown: more than any server has parameters (redis 7.0.15: 200), and it refuses
    /// to set one twice. Without a bound, each MB of such pairs would keep the shard busy for 30
    /// ms.
    static constexpr int pairs_max = 1'024;

    explicit config_pairs(byte_view canonical) noexcept;

    [[nodiscard]] std::optional<config_pair> next() noexcept;

    /// After the last pair: true if there are more, or the bytes ended before the request did.
    [[nodiscard]] bool cut() const noexcept { return left_ != 0; }

private:
    [[nodiscard]] bool at_end() const noexcept { return at_ == arguments::iterator{}; }
    void advance() noexcept;

    arguments::iterator at_;
    int shown_ = 0;
    std::size_t left_ = 1;  ///< Announced arguments that were not shown yet; empty bytes are cut.
};

}  // namespace respguard::policy
