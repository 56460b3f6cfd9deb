// What an error reply means for whoever runs EmailEngine, in words.
#pragma once

#include "respguard/base/bytes.hpp"

#include <string_view>

namespace respguard::stats {

struct known_error {
    std::string_view start;    ///< How the reply's line begins, without '-'. Literal: may be shown.
    std::string_view meaning;  ///< At most 180 bytes.
    bool harmless = false;     ///< The client knows what to do.
};

/// Null if nothing is known about it. `line` is the reply without '-'; no more of it than
/// known_error::start may be shown, as the rest may quote an argument.
[[nodiscard]] known_error const* meaning_of(byte_view line) noexcept;

}  // namespace respguard::stats
