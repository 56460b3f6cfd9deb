// The figures as a table for people (Markdown that is readable as it stands) and as JSON.
#pragma once

#include <string>
#include <vector>

#include "idle.hpp"
#include "interleave.hpp"
#include "summary.hpp"
#include "workload.hpp"

namespace respguard::bench {

/// What a workload gave: `summaries` if it was played in blocks, else `idle_costs`.
struct workload_report {
    workload played;
    interleave_settings settings;
    std::string reference_name;  ///< Empty: none.
    std::vector<target_summary> summaries;
    std::vector<target> idle_targets;
    std::vector<idle_cost> idle_costs;  ///< Same index as idle_targets.
};

std::string to_markdown(workload_report const& report);

/// One JSON object; times, sizes and ratios carry their unit in the key.
std::string to_json(workload_report const& report);

}  // namespace respguard::bench
