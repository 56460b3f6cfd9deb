// One line of a live tap, as it lies in the ring between a shard and the reader.
#pragma once

#include "respguard/stats/finished_command.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace respguard::stats {

/// Text of at most `Size` bytes in place; what is longer is cut.
template <std::size_t Size>
class short_text {
    static_assert(Size < 256);

public:
    void assign(std::string_view text) noexcept
    {
        size_ = static_cast<std::uint8_t>(std::min(text.size(), Size));
        std::copy_n(text.data(), size_, bytes_.data());
    }
    [[nodiscard]] std::string_view view() const noexcept { return {bytes_.data(), size_}; }

private:
    std::array<char, Size> bytes_;
    std::uint8_t size_ = 0;
};

/// Fixed size, so that a shard neither allocates nor frees for it. Holds no value, and a key only
/// if `shows_key` was asked for.
struct tap_record {
    std::uint64_t at_ns = 0;  ///< CLOCK_MONOTONIC.
    std::uint64_t client_id = 0;
    std::uint64_t request_bytes = 0;
    std::uint64_t reply_bytes = 0;
    std::uint64_t round_trip_ns = 0;
    time_parts parts;
    std::uint32_t db = 0;
    command::command_id command = command::other;
    command_outcome outcome = command_outcome::ok;
    bool blocking = false;
    bool in_multi = false;
    short_text<46> address;
    short_text<30> name;
    short_text<30> user;
    short_text<46> script;
    short_text<46> queue;
    short_text<62> family;
    short_text<126> key;   ///< The first one of the request.
    short_text<30> error;  ///< First word of the error reply.
    short_text<46> rule;   ///< Its id.

    /// Everything but `rule`; `key` only if `shows_key`.
    void assign(finished_command const& what, bool shows_key) noexcept;
};

}  // namespace respguard::stats
