// Measures how many writes a disk sustains: what the page means by 10 000 IOPS.
#pragma once

#include "respguard/doctor/facts.hpp"

#include <chrono>
#include <string>

namespace respguard::doctor {

struct disk_probe_result {
    disk_rates rates;
    std::string failure;  ///< Empty: measured.
};

/// Writes a scratch file of 64 MiB into `folder`, removes it: random 4 KiB O_DIRECT writes
/// by 16 threads for `time`, then one thread, then append and fdatasync, a quarter of `time` each.
[[nodiscard]] disk_probe_result probe_disk(std::string const& folder,
                                           std::chrono::milliseconds time);

}  // namespace respguard::doctor
