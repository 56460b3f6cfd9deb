// SHA-1, because Redis names Lua scripts by it. For nothing that has to be secret.
#pragma once

#include "respguard/base/bytes.hpp"

#include <string>

namespace respguard {

/// 40 hexadecimal digits in lower case.
[[nodiscard]] std::string sha1_hex(byte_view bytes);

}  // namespace respguard
