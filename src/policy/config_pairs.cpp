#include "policy/config_pairs.hpp"

#include <algorithm>

namespace respguard::policy {

namespace {

/// The number behind the `*`.
std::size_t announced_count(byte_view canonical) noexcept
{
    std::size_t count = 0;
    for (std::size_t i = 1; i < canonical.size() && canonical[i] != '\r'; ++i) {
        count = count * 10 + static_cast<std::size_t>(canonical[i] - '0');
    }
    return count;
}

}  // namespace

config_pairs::config_pairs(byte_view canonical) noexcept
{
    if (canonical.empty()) return;
    at_ = arguments(canonical).begin();
    left_ = std::max<std::size_t>(announced_count(canonical), 1);
    advance();
    advance();
}

void config_pairs::advance() noexcept
{
    if (at_end()) return;
    --left_;
    ++at_;
}

std::optional<config_pair> config_pairs::next() noexcept
{
    if (at_end() || shown_ == pairs_max) return std::nullopt;
    ++shown_;
    byte_view const name = *at_;
    advance();
    if (at_end()) return std::nullopt;
    byte_view const value = *at_;
    advance();
    return config_pair{parameter_name(name), until_nul(value)};
}

}  // namespace respguard::policy
