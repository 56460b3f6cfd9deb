// The kinds of keys that came lately, by their first word: most keys are "word:id".
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/stats/dimension.hpp"

#include <algorithm>
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
        constexpr std::size_t width = sizeof(std::uint64_t);
        // A first NUL would look like the NULs that stand in front of a shorter word.
        if (key.size() <= width || key.front() == '\0') return 0;
        std::uint64_t const word = word_at(key, 0);
        std::uint64_t const colons = colons_of(word);
        if (colons == 0 || (colons & (colons - 1)) != 0) return 0;
        auto const colon = static_cast<unsigned>(std::countr_zero(colons)) / 8U;
        std::size_t const rest = colon + std::size_t{1};
        if (is_lower_letter(key[rest]) && key.size() - rest <= telling_bytes_max) return 0;
        for (std::size_t from = width; from < key.size(); from += width) {
            // The last word may begin before `from`, and see the colon again.
            std::size_t const at = std::min(from, key.size() - width);
            std::uint64_t more = colons_of(word_at(key, at));
            if (at < rest) more &= ~std::uint64_t{0} << (rest - at) * 8U;
            if (more != 0) return 0;
        }
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
    [[nodiscard]] static std::uint64_t word_at(byte_view key, std::size_t at) noexcept
    {
        static_assert(std::endian::native == std::endian::little);
        std::uint64_t word = 0;
        std::memcpy(&word, key.data() + at, sizeof word);
        return word;
    }
    /// The highest bit of each byte that is a colon; of a `;` behind one, too, which only makes the
    /// way longer.
    [[nodiscard]] static std::uint64_t colons_of(std::uint64_t word) noexcept
    {
        constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
        std::uint64_t const differ = word ^ ones * ':';
        return (differ - ones) & ~differ & (ones << 7U);
    }

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
