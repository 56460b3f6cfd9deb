// How much of it may be used, and how much is: shared by the checks and the drift watch.
#pragma once

#include "respguard/doctor/facts.hpp"

#include <optional>
#include <string>

namespace respguard::doctor {

struct memory_limit {
    double bytes = 0;
    std::string source;  ///< "maxmemory"
};

/// Of a hosted plan, else maxmemory, else the host's RAM. A container's limit is not visible.
[[nodiscard]] std::optional<memory_limit> find_memory_limit(facts const& from);
/// used_memory, or what counts against a hosted plan.
[[nodiscard]] std::optional<double> find_memory_use(facts const& from);

}  // namespace respguard::doctor
