// The kinds of keys that came lately, by their first word: most keys are "word:id".
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/stats/dimension.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "relay/key_parts.hpp"

namespace respguard::relay {

/// One per shard. Whatever it does not know is to be looked at the long way, and may be remembered.
class family_memo {
public:
    /// What decides about the family of `key`: its bytes up to the colon, as a number. 0: that
    /// alone does not decide.
    [[nodiscard]] static std::uint64_t word_of(byte_view key) noexcept
    {
        constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
        static_assert(std::endian::native == std::endian::little);
        std::uint64_t word = 0;
        if (key.size() <= sizeof word) return 0;
        std::memcpy(&word, key.data(), sizeof word);
        std::uint64_t const differ = word ^ ones * ':';
        std::uint64_t const colons = (differ - ones) & ~differ & (ones << 7U);
        if (colons == 0) return 0;
        auto const colon = static_cast<unsigned>(std::countr_zero(colons)) / 8U;
        std::size_t const rest = colon + std::size_t{1};
        if (is_lower_letter(key[rest]) && key.size() - rest <= telling_bytes_max) return 0;
        if (find_colon(key, rest) != byte_view::npos) return 0;
        // With the colon: so the bytes behind it, which are not there, are no NULs of the word.
        return word << (7U - colon) * 8U;
    }

    /// no_label if it is not known.
    [[nodiscard]] stats::label find(std::uint64_t word) const noexcept
    {
        place const& at = places_[index_of(word)];
        return at.word == word ? at.family : stats::no_label;
    }
    /// @param word Of word_of(), not 0.
    void remember(std::uint64_t word, stats::label family) noexcept
    {
        places_[index_of(word)] = {word, family};
    }
    void clear() noexcept { places_ = {}; }

private:
    struct place {
        std::uint64_t word = 0;
        stats::label family = stats::no_label;
    };
    static constexpr std::size_t index_bits = 6;
    static constexpr std::size_t index_of(std::uint64_t word) noexcept
    {
        return static_cast<std::size_t>(word * 0x9E37'79B9'7F4A'7C15U >> (64U - index_bits));
    }
    std::array<place, std::size_t{1} << index_bits> places_{};
};

}  // namespace respguard::relay
