// Sizes in CONFIG SET values, as the server reads them.
#pragma once

#include "respguard/base/bytes.hpp"

#include <cstdint>
#include <optional>

namespace respguard::policy {

/// redis 7.0.15 util.c memtoull: digits, then one of b, k, kb, m, mb, g, gb (k is 1000, kb is 1024)
/// in any letter case, or nothing; no digits are 0; what does not fit 64 bits is the largest
/// number, and the unit multiplies modulo 2^64. Empty if the server would refuse it.
[[nodiscard]] std::optional<std::uint64_t> memory_value(byte_view text) noexcept;

}  // namespace respguard::policy
