// What is wrong with the bytes of a client, in Redis's own words.
#pragma once

#include <cstdint>
#include <string>

namespace respguard::resp {

struct protocol_error {
    enum class code : std::uint8_t {
        none,
        too_big_multibulk_count,  ///< "too big mbulk count string"
        too_big_bulk_count,       ///< "too big bulk count string"
        invalid_multibulk_length,
        invalid_bulk_length,
        expected_dollar,  ///< "expected '$', got 'c'"
        too_big_inline,
        unbalanced_quotes,
    };
    code what = code::none;
    char got =
        0;  ///< Only for expected_dollar: the byte as Redis prints it (CR and LF as a blank).
};

/// The reply Redis sends before it closes: "-ERR Protocol error: ...\r\n" (redis 7.0.15
/// networking.c setProtocolError callers, to the letter).
[[nodiscard]] std::string to_reply(protocol_error const& error);

/// The same in words for logs and metrics: "expected_dollar", "too_big_inline", ...
[[nodiscard]] char const* to_string(protocol_error::code code) noexcept;

}  // namespace respguard::resp
