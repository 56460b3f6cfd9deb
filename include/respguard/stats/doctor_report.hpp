// What the doctor found last, for readers: stats does not know checks.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace respguard::stats {

struct check_row {
    std::string id;
    std::string group;
    std::string status;  ///< "ok", "warn", "fail", "skip"
    std::string message;
    std::string why;
    std::string fix;
};

struct doctor_report {
    std::vector<check_row> checks;
    std::string json;  ///< The whole report as `respguard doctor --json` writes it.
    std::uint64_t rounds = 0;
    std::uint64_t checked_unix_ns = 0;
    std::uint64_t took_ns = 0;
    std::map<std::string, std::uint64_t> events;  ///< By type, since the start.
};

}  // namespace respguard::stats
