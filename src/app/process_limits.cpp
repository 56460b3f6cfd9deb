#include "app/process_limits.hpp"

#include "respguard/base/log.hpp"

#include <algorithm>
#include <sys/resource.h>

namespace respguard::app {

namespace {

/// Listeners, epoll, event descriptors, log, HTTP connections, libraries.
constexpr rlim_t other_descriptors = 128;

}  // namespace

std::uint32_t raise_descriptor_limit(std::uint32_t clients_max)
{
    rlim_t const wanted = rlim_t{clients_max} * 2 + other_descriptors;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return clients_max;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= wanted) return clients_max;
    rlim_t const usable =
        limit.rlim_cur > other_descriptors + 2 ? limit.rlim_cur - other_descriptors : 2;
    auto const fits = static_cast<std::uint32_t>(usable / 2);
    log::write(log::level::warn, "fewer clients than configured: the limit of open files is low",
               {{"clients_max", std::uint64_t{fits}},
                {"configured", std::uint64_t{clients_max}},
                {"open_files_max", std::uint64_t{limit.rlim_cur}}});
    return fits;
}

}  // namespace respguard::app
