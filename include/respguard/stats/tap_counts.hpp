// What became of live taps, for the metrics.
#pragma once

#include <cstdint>

namespace respguard::stats {

struct tap_counts {
    std::uint64_t open_now = 0;
    std::uint64_t told = 0;     ///< Commands handed to readers.
    std::uint64_t dropped = 0;  ///< Commands lost for readers that were too slow.
};

}  // namespace respguard::stats
