// Turns an inline request ("SET a b\r\n") into the canonical form.
#pragma once

#include "respguard/base/bytes.hpp"

#include <cstdint>
#include <string>

namespace respguard::resp {

enum class inline_status : std::uint8_t { request, blank, unbalanced_quotes };

/// Splits `line` (without its line end) as redis 7.0.15 sds.c sdssplitargs does and appends the
/// canonical request to `out`. blank: no argument, nothing appended. unbalanced_quotes: nothing
/// appended. The line holds no NUL (the parser refuses such lines), the result may ("\x00").
[[nodiscard]] inline_status append_canonical(byte_view line, std::string& out);

}  // namespace respguard::resp
