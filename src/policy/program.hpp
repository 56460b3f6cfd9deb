// Rules in the form in which they are judged: a list of steps for each command.
#pragma once

#include "respguard/base/result.hpp"
#include "respguard/policy/rule_set.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/conditions.hpp"

namespace respguard::policy {

/// True for MULTI, EXEC, DISCARD, QUIT and AUTH: refusing one would make commands run outside their
/// transaction, or clients hang.
[[nodiscard]] bool is_needed(command::command_id id) noexcept;

/// A rule with its patterns parsed.
struct compiled_rule : conditions {
    std::optional<conditions> unless;
    std::uint64_t active_from = 0;  ///< The smallest request that it can match.
    action what = action::alert;
    bool sized = false;  ///< It has a size condition.
    bool shadow = false;
    bool limited = false;
    std::optional<std::uint64_t> reply_over;  ///< Then it is about replies, not requests.
    std::uint64_t also_bit = 0;               ///< Set by program, for rules with also_sets.
    std::uint64_t limit_bit = 0;              ///< Set by program, for rules with a rate.

    [[nodiscard]] bool size_only() const noexcept
    {
        return sized && names.empty() && names_only() && !unless && !limited;
    }
};

/// Borrows nothing: copies of rule_set share one program.
class program {
public:
    /// How many rules with also_sets there may be: one bit for each while a request is judged.
    static constexpr std::size_t also_sets_max = 64;
    /// How many rules with a rate limit.
    static constexpr std::size_t limits_max = 64;

    explicit program(std::vector<compiled_rule> rules);

    /// What the rules say, whether they are enforced or not.
    [[nodiscard]] verdict judge(request_facts const& facts) const noexcept;

    /// Requests of this command that are smaller match no rule; no_limit if there is none for it.
    [[nodiscard]] std::uint64_t active_from(command::command_id id) const noexcept;
    [[nodiscard]] std::uint64_t refuse_over_bytes(command::command_id id) const noexcept;
    [[nodiscard]] bool needs_arguments(command::command_id id) const noexcept;
    [[nodiscard]] bool looks_at_arguments(command::command_id id) const noexcept;
    [[nodiscard]] bool looks_at_sender() const noexcept;
    [[nodiscard]] std::uint64_t limit_bit(std::uint16_t rule) const noexcept
    {
        return rules_[rule].limit_bit;
    }

    [[nodiscard]] verdict judge_reply(reply_facts const& facts) const noexcept;
    /// The smallest reply of this command that can match a rule is one byte larger.
    [[nodiscard]] std::uint64_t reply_over(command::command_id id) const noexcept;
    [[nodiscard]] std::uint64_t reply_over(queued_replies queued) const noexcept;
    /// True if a rule about replies of this command is not about those of EXEC.
    [[nodiscard]] bool has_own_reply_rules(command::command_id id) const noexcept;
    void note_queued(reply_facts const& command, queued_replies& queued) const noexcept;

private:
    /// What most rules are passed over by, without a look at the rule itself.
    struct step {
        std::uint64_t active_from = 0;
        first_letters letters = any_letter;
        std::uint16_t rule = 0;
        bool check_name = false;
        cover unless = cover::never;  ///< Of the names of the rule's `not`.
    };
    struct situation;

    void add_steps(command::command_id id);
    [[nodiscard]] std::span<step const> steps_of(command::command_id id) const noexcept;
    [[nodiscard]] tri matches(step const& s, situation& now) const noexcept;
    [[nodiscard]] verdict first_reply_match(reply_facts const& facts) const noexcept;
    [[nodiscard]] verdict first_match(situation& now) const noexcept;
    [[nodiscard]] verdict judge_config_set(situation& now) const noexcept;
    [[nodiscard]] std::uint64_t also_set(byte_view canonical) const noexcept;

    std::vector<compiled_rule> rules_;
    std::vector<std::uint16_t> about_replies_;   ///< Indexes into rules_.
    std::vector<std::uint16_t> with_also_sets_;  ///< Indexes into rules_; place is the bit.
    std::vector<step> steps_;
    std::vector<std::uint32_t> first_step_;  ///< Index is command_id; one more at the end.
};

}  // namespace respguard::policy
