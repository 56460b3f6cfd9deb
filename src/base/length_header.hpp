// The "<type><digits>\r\n" in front of every array and bulk string of a canonical request.
#pragma once

#include "respguard/base/bytes.hpp"

#include <cstddef>
#include <cstdint>

namespace respguard {

struct length_header {
    std::uint64_t value = 0;
    std::size_t size = 0;  ///< Its own bytes, with the line end; 0: not whole.
};

/// Reads the header that `bytes` begins with. Canonical means checked: there is nothing to doubt.
[[nodiscard]] inline length_header read_length_header(byte_view bytes) noexcept
{
    length_header found;
    for (std::size_t i = 1; i < bytes.size(); ++i) {
        char const c = bytes[i];
        if (c == '\r') {
            if (i + 1 < bytes.size()) found.size = i + 2;
            return found;
        }
        found.value = found.value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return found;
}

}  // namespace respguard
