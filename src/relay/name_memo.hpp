// The commands that came lately, by the bytes of their names: clients send few, and always in the
// same letters.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/command/command_table.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace respguard::relay {

/// What its name alone says of a command, by the rules of the moment.
struct known_command {
    command::identity is;
    /// Its first key is always this argument; 0: it has none, or it is not that simple.
    std::uint8_t key_argument = 0;
    /// A request of fewer bytes changes nothing of the connection, does not block and passes
    /// without a question, if it is not inside MULTI. 0: none does.
    std::uint64_t free_below = 0;
};

/// One per shard. What it does not know is to be identified, and may be remembered.
class name_memo {
public:
    static constexpr std::size_t name_bytes_max = 8;

    /// Null if it is not known.
    [[nodiscard]] known_command const* find(byte_view name) const noexcept
    {
        return name.size() > name_bytes_max ? nullptr : find_word(word_of(name), name.size());
    }
    /// The same for a name with at least name_bytes_max bytes of memory from its begin on.
    [[nodiscard]] known_command const* find_in(char const* name, std::size_t size) const noexcept
    {
        if (size - 1 >= name_bytes_max) return nullptr;  // An empty one, too.
        std::uint64_t word = 0;
        std::memcpy(&word, name, sizeof word);
        return find_word(word << (name_bytes_max - size) * 8U >> (name_bytes_max - size) * 8U,
                         size);
    }
    /// @param known What the name alone says, whatever follows; no renamed command's may come here.
    void remember(byte_view name, known_command const& known) noexcept
    {
        if (name.empty() || name.size() > name_bytes_max) return;
        std::uint64_t const word = word_of(name);
        places_[index_of(word)] = {word, name.size(), known};
    }
    void clear() noexcept { places_ = {}; }

private:
    static_assert(std::endian::native == std::endian::little);
    [[nodiscard]] static std::uint64_t word_of(byte_view name) noexcept
    {
        std::uint64_t word = 0;
        std::memcpy(&word, name.data(), name.size());
        return word;
    }
    [[nodiscard]] known_command const* find_word(std::uint64_t word,
                                                 std::size_t size) const noexcept
    {
        place const& at = places_[index_of(word)];
        return at.word == word && at.size == size ? &at.known : nullptr;
    }

    struct place {
        std::uint64_t word = 0;                 // The name's bytes; with the size it is the name.
        std::size_t size = name_bytes_max + 1;  // Of none.
        known_command known;
    };
    static constexpr std::size_t index_bits = 6;
    static constexpr std::size_t index_of(std::uint64_t word) noexcept
    {
        return static_cast<std::size_t>(word * 0x9E37'79B9'7F4A'7C15U >> (64U - index_bits));
    }
    std::array<place, std::size_t{1} << index_bits> places_{};
};

}  // namespace respguard::relay
