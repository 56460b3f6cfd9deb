// What the kernel lets this process have.
#pragma once

#include <cstdint>

namespace respguard::app {

/// Raises the limit of open files so that `clients_max` clients fit (two descriptors each).
///
/// @return How many clients fit: fewer than asked, with a line in the log, if the hard limit is
///         low.
[[nodiscard]] std::uint32_t raise_descriptor_limit(std::uint32_t clients_max);

}  // namespace respguard::app
