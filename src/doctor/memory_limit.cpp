#include "doctor/memory_limit.hpp"

namespace respguard::doctor {

std::optional<memory_limit> find_memory_limit(facts const& from)
{
    if (auto const plan = from.info_number("max_data_size"); plan && *plan > 0) {
        return memory_limit{*plan, "the plan"};  // Upstash.
    }
    if (auto const most = from.info_number("maxmemory"); most && *most > 0) {
        return memory_limit{*most, "maxmemory"};
    }
    if (auto const most = from.config_number("maxmemory"); most && *most > 0) {
        return memory_limit{*most, "maxmemory"};
    }
    if (auto const ram = from.info_number("total_system_memory"); ram && *ram > 0) {
        return memory_limit{*ram, "the host's RAM"};
    }
    return std::nullopt;
}

std::optional<double> find_memory_use(facts const& from)
{
    if (auto const total = from.info_number("total_data_size")) return total;
    return from.info_number("used_memory");
}

}  // namespace respguard::doctor
