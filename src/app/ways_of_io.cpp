#include "app/ways_of_io.hpp"

#include "respguard/net/ring_trial.hpp"

#include <utility>

namespace respguard::app {

way_of_io choose_io(std::string_view wanted)
{
    if (wanted == "epoll") return {};
    auto tried = net::try_ring();
    if (tried.works && tried.counts_as_disk_wait && wanted == "auto") {
        return {false, "before Linux 6.15 an idle processor would be shown as waiting for disks",
                0};
    }
    return {tried.works, std::move(tried.why_not), tried.error};
}

}  // namespace respguard::app
