// A few rules, each once.
#pragma once

#include "respguard/policy/verdict.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace respguard::policy {

/// Bounded and without allocation; what does not fit is left out.
class rule_list {
public:
    static constexpr std::size_t size_max = 8;

    void add(std::uint16_t rule) noexcept
    {
        if (rule == no_rule || has(rule) || size_ == size_max) return;
        rules_[size_++] = rule;
    }
    [[nodiscard]] bool has(std::uint16_t rule) const noexcept
    {
        auto const all = view();
        return std::find(all.begin(), all.end(), rule) != all.end();
    }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::span<std::uint16_t const> view() const noexcept
    {
        return {rules_.data(), size_};
    }

    /// @param place_of Gives the index that a rule has now; no_rule if it is gone.
    template <typename PlaceOf>
    void renumber(PlaceOf const& place_of)
    {
        rule_list renumbered;
        for (std::uint16_t const rule : view())
            renumbered.add(place_of(rule));
        *this = renumbered;
    }

private:
    std::array<std::uint16_t, size_max> rules_{};
    std::size_t size_ = 0;
};

}  // namespace respguard::policy
