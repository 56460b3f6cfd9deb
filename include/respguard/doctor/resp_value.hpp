// One reply of a server as a value: what the doctor reads.
#pragma once

#include "respguard/base/bytes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace respguard::doctor {

struct resp_value {
    enum class kind : std::uint8_t { null, text, error, integer, array };
    kind what = kind::null;
    std::string text;               ///< Of text and error; of an error without '-'.
    std::int64_t integer = 0;       ///< Of integer.
    std::vector<resp_value> items;  ///< Of array; a map is an array of keys and values in turn.

    [[nodiscard]] bool is_error() const noexcept { return what == kind::error; }
    /// Text or integer as text; empty for the others.
    [[nodiscard]] std::string as_text() const;
};

/// Nested deeper than this is not read: no answer the doctor asks for is.
inline constexpr int resp_depth_max = 16;

/// Reads one whole frame, RESP2 or RESP3 (streamed types excepted).
///
/// @param frame Exactly one frame, as resp::reply_framer found it.
/// @return Nothing if it is malformed, too deep, or of a type that is not read.
[[nodiscard]] std::optional<resp_value> decode_reply(byte_view frame);

/// A request in canonical form.
[[nodiscard]] std::string encode_request(std::vector<std::string> const& words);

}  // namespace respguard::doctor
