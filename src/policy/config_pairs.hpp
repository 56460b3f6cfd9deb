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
    explicit config_pairs(byte_view canonical) noexcept;

    [[nodiscard]] std::optional<config_pair> next() noexcept;

    /// After the last pair: true if the bytes ended before the request did.
    [[nodiscard]] bool cut() const noexcept { return left_ != 0; }

private:
    [[nodiscard]] bool at_end() const noexcept { return at_ == arguments::iterator{}; }
    void advance() noexcept;

    arguments::iterator at_;
    std::size_t left_ = 1;  ///< Announced arguments that were not shown yet; empty bytes are cut.
};

}  // namespace respguard::policy
