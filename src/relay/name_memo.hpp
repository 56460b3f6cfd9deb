// The commands that came lately, by the bytes of their names: clients send few, and always in the
// same letters.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/base/hash.hpp"
#include "respguard/command/command_table.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace respguard::relay {

/// One per shard. What it does not know is to be identified, and may be remembered.
class name_memo {
public:
    static constexpr std::size_t name_bytes_max = 8;

    /// Null if it is not known.
    [[nodiscard]] command::identity const* find(byte_view name) const noexcept
    {
        if (name.size() > name_bytes_max) return nullptr;
        std::uint64_t const bytes = load_up_to_8(name.data(), name.size());
        place const& at = places_[index_of(bytes)];
        return at.bytes == bytes && at.size == name.size() ? &at.is : nullptr;
    }
    /// @param is What the name alone says, whatever follows; no renamed command's may come here.
    void remember(byte_view name, command::identity const& is) noexcept
    {
        if (name.empty() || name.size() > name_bytes_max) return;
        std::uint64_t const bytes = load_up_to_8(name.data(), name.size());
        places_[index_of(bytes)] = {bytes, name.size(), is};
    }
    void clear() noexcept { places_ = {}; }

private:
    struct place {
        std::uint64_t bytes = 0;  // With the size it is the name: load_up_to_8 loses nothing.
        std::size_t size = name_bytes_max + 1;  // Of none.
        command::identity is;
    };
    static constexpr std::size_t index_bits = 6;
    static constexpr std::size_t index_of(std::uint64_t bytes) noexcept
    {
        return static_cast<std::size_t>(bytes * 0x9E37'79B9'7F4A'7C15U >> (64U - index_bits));
    }
    std::array<place, std::size_t{1} << index_bits> places_{};
};

}  // namespace respguard::relay
