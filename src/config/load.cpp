// Text to settings: file, environment and command line; all errors at once.
#include "respguard/config/load.hpp"

#include <utility>

#include "config/consistency.hpp"
#include "config/draft.hpp"
#include "config/environment_source.hpp"
#include "config/file_source.hpp"
#include "config/flag_source.hpp"
#include "config/policy_step.hpp"
#include "config/secret_files.hpp"

namespace respguard::config {

std::string config_error::to_string() const
{
    return where + ": " + (key.empty() ? "" : key + ": ") + text;
}

loaded load(sources const& from)
{
    draft work;
    if (from.file) read_file(*from.file, work);
    read_environment(from.environment, work);
    read_flags(from, work);
    read_secret_files(work);
    check_consistency(work);
    complete_policy(work);
    return {std::move(work.values), work.origins(), std::move(work.errors),
            std::move(work.warnings)};
}

}  // namespace respguard::config
