// Text to settings: file, environment and command line; all errors at once.
#include "respguard/config/load.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "config/consistency.hpp"
#include "config/draft.hpp"
#include "config/environment_source.hpp"
#include "config/file_source.hpp"
#include "config/flag_source.hpp"
#include "config/policy_step.hpp"
#include "config/script_names.hpp"
#include "config/secret_files.hpp"

namespace respguard::config {

std::string config_error::to_string() const
{
    return where + ": " + (key.empty() ? "" : key + ": ") + text;
}

namespace {

/// In the order in which one mends them: by source as they were read, within a file by line.
std::vector<config_error> sorted(mistakes found)
{
    std::vector<std::string> seen;
    for (mistake const& m : found) {
        if (std::find(seen.begin(), seen.end(), m.at.source) == seen.end()) {
            seen.push_back(m.at.source);
        }
    }
    auto const position = [&](mistake const& m) {
        auto const source = std::find(seen.begin(), seen.end(), m.at.source);
        return std::tuple(source, m.at.line, m.at.column);
    };
    std::stable_sort(found.begin(), found.end(),
                     [&](mistake const& a, mistake const& b) { return position(a) < position(b); });
    std::vector<config_error> out;
    for (mistake& m : found) {
        out.push_back({m.at.where(), std::move(m.key), std::move(m.text)});
    }
    return out;
}

}  // namespace

loaded load(sources const& from)
{
    draft work;
    if (from.file) read_file(*from.file, work);
    read_environment(from.environment, work);
    read_flags(from, work);
    read_secret_files(work);
    read_script_names(work);
    check_consistency(work);
    complete_policy(work);
    return {std::move(work.values), work.origins(), sorted(std::move(work.errors)),
            sorted(std::move(work.warnings))};
}

}  // namespace respguard::config
