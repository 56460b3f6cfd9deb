// "1000/s per client": how often a rule lets something pass before it matches.
#pragma once

#include "respguard/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace respguard::policy {

/// Who shares one allowance.
enum class rate_share : std::uint8_t { client, user, listener };

struct rate_limit {
    std::uint64_t count = 0;      ///< So many ...
    std::uint64_t period_ns = 0;  ///< ... within this time; also what may come at once.
    rate_share share = rate_share::client;

    /// "1000/s", "60/m", "10/h".
    [[nodiscard]] static parsed<rate_limit> parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(rate_limit const&, rate_limit const&) = default;
};

/// A token bucket in one number: the time at which it would be full again (generic cell rate).
class rate_bucket {
public:
    /// Takes a token. False if there is none: the rate is exceeded.
    [[nodiscard]] bool take(rate_limit const& limit, std::uint64_t now_ns) noexcept
    {
        std::uint64_t const each = limit.period_ns / limit.count;
        std::uint64_t const from = full_at_ns_ > now_ns ? full_at_ns_ : now_ns;
        if (from + each - now_ns > limit.period_ns) return false;
        full_at_ns_ = from + each;
        return true;
    }

private:
    std::uint64_t full_at_ns_ = 0;
};

}  // namespace respguard::policy
