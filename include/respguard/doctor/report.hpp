// Findings as a person, a program or a monitoring system reads them.
#pragma once

#include "respguard/doctor/check.hpp"
#include "respguard/doctor/engine.hpp"
#include "respguard/doctor/rtt_summary.hpp"

#include <string>
#include <vector>

namespace respguard::doctor {

/// Exit codes of `respguard doctor` (INTERFACE.md).
enum exit_code : int { exit_good = 0, exit_failures = 1, exit_usage = 2, exit_unreachable = 3 };

/// One examination, to be printed. Borrows nothing.
struct examination {
    std::string target;  ///< URL, password masked.
    engine who;
    double uptime_seconds = -1;  ///< -1: not known.
    bool reached = true;         ///< Connected and authenticated.
    rtt_summary rtt;
    std::vector<judged> findings;
};

[[nodiscard]] examination make_examination(std::string target, facts const& from,
                                           selection const& chosen);

struct text_style {
    bool colour = false;   ///< ANSI colours.
    bool symbols = false;  ///< UTF-8 marks in front of the words.
    bool quiet = false;    ///< Only what is not ok.
    std::size_t width = 80;
};

[[nodiscard]] std::string text_report(examination const& seen, text_style const& style);
/// One document, schema 1: docs/doctor.schema.json. Ends in a newline.
[[nodiscard]] std::string json_report(examination const& seen, bool strict);
/// One line with performance data.
[[nodiscard]] std::string nagios_report(examination const& seen, bool strict);
/// "::error title=...::..." lines for GitHub.
[[nodiscard]] std::string annotations(examination const& seen);

[[nodiscard]] int exit_code_of(examination const& seen, bool strict) noexcept;
/// 0 OK, 1 WARNING (2 if strict), 2 CRITICAL, 3 UNKNOWN.
[[nodiscard]] int nagios_code_of(examination const& seen, bool strict) noexcept;

}  // namespace respguard::doctor
