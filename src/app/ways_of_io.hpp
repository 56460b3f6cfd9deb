// runtime.io: by which way the shards hear of their sockets.
#pragma once

#include <string>
#include <string_view>

namespace respguard::app {

struct way_of_io {
    bool by_ring = false;
    std::string why_not;  ///< If not: why. Empty if nobody wanted it.
    int error = 0;        ///< errno, if there is one.

    [[nodiscard]] std::string_view name() const { return by_ring ? "io_uring" : "epoll"; }
};

/// @param wanted "auto", "epoll" or "io_uring".
/// @return What can be had here; without the ring though it was wanted, the guard must not start.
[[nodiscard]] way_of_io choose_io(std::string_view wanted);

}  // namespace respguard::app
