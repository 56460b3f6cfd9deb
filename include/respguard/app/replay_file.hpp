// What a rule file would have done to the requests of a log: `policy test --from-log`.
#pragma once

#include "respguard/base/result.hpp"
#include "respguard/policy/rule_set.hpp"

#include <cstdint>
#include <string>

namespace respguard::app {

struct replay_outcome {
    std::string text;  ///< For a person.
    std::uint64_t judged = 0;
    std::uint64_t changed = 0;
};

/// @param path Of the log; "-" is standard input.
/// @param otherwise What is assumed of a sender where the log says nothing.
/// @return problem if it can not be read.
[[nodiscard]] parsed<replay_outcome> replay_file(std::string const& path,
                                                 policy::rule_set const& rules,
                                                 policy::sender const& otherwise);

}  // namespace respguard::app
