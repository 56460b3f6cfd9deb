// What a rule file would have done to the requests of a log.
#pragma once

#include "respguard/policy/rule_set.hpp"

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "app/logged_request.hpp"

namespace respguard::app {

/// Of one request. `why_not` is not empty: it can not be judged, because the log does not say
/// enough; then only `command` is valid.
struct replayed {
    std::string command;
    std::string why_not;
    policy::verdict verdict;
    bool built_in = false;  ///< No rule did it.
};

/// @param otherwise What is assumed of the sender where the log says nothing.
[[nodiscard]] replayed replay(logged_request const& request, policy::rule_set const& rules,
                              policy::sender const& otherwise);

/// Counts what would be different.
class replay_summary {
public:
    /// @param rules Borrowed.
    replay_summary(policy::rule_set const& rules, policy::sender const& otherwise);

    void add_line(std::string_view line);

    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::uint64_t changed() const noexcept { return changed_; }
    [[nodiscard]] std::uint64_t judged() const noexcept { return judged_; }

private:
    struct tally {
        std::uint64_t count = 0;
        std::uint64_t first_line = 0;
        std::map<std::string, std::uint64_t> commands;
    };
    void add(logged_request const& request);
    void note_missing(logged_request const& request);
    void count(tally& in, std::string const& command) const;
    [[nodiscard]] std::string now(replayed const& seen, logged_request const& request) const;

    policy::rule_set const& rules_;
    policy::sender otherwise_;
    std::uint64_t lines_ = 0;
    std::uint64_t not_understood_ = 0;
    std::uint64_t first_not_understood_ = 0;
    std::uint64_t judged_ = 0;
    std::uint64_t changed_ = 0;
    std::uint64_t left_out_ = 0;
    std::map<std::pair<std::string, std::string>, tally> changes_;  // From, to.
    std::map<std::string, tally> not_judged_;                       // By reason.
    std::map<std::string, tally> shadows_;                          // By rule.
    std::map<std::string, std::uint64_t> missing_;                  // By what is not said.
};

}  // namespace respguard::app
