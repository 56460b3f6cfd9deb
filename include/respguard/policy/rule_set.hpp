// Judges requests: ordered rules, first match wins.
//
// Compiled once per load: a request whose command no rule names costs one table look-up. judge() is
// pure: the same facts give the same verdict, nothing is counted or remembered here.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/base/result.hpp"
#include "respguard/command/command_table.hpp"
#include "respguard/policy/sender.hpp"
#include "respguard/policy/settings.hpp"
#include "respguard/policy/verdict.hpp"

#include <cassert>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace respguard::policy {

/// What is known of a request when it is judged.
struct request_facts {
    command::command_id command = command::other;
    byte_view name;        ///< First argument as sent. Only read for commands outside the table.
    byte_view subcommand;  ///< Second argument as sent; only read for containers.
    /// Canonical wire size; the least possible one if the request is judged before it is known.
    std::uint64_t size_bytes = 0;
    /// The whole canonical request if needs_arguments(command), else may be cut or empty. A cut
    /// CONFIG SET gets the worst verdict that there is, as does one of more than 1024 pairs: what
    /// is not seen may be any parameter. For rules about arguments and keys, see verdict::cut.
    byte_view canonical;
    std::uint32_t arguments = 0;   ///< Announced, the command's name included.
    sender const* from = nullptr;  ///< Only read if looks_at_sender(). Null: nobody knows.
    std::span<std::uint16_t const> shadowed;  ///< These rules count as shadow rules.
    std::uint64_t within_limits = 0;  ///< Bit limit_bit(rule): that rule's rate is not exceeded.
};

/// The commands of a transaction whose rules about replies EXEC's reply has to keep, too. EXEC
/// answers with all their replies in one.
class queued_replies {
public:
    queued_replies() = default;
    explicit queued_replies(std::uint32_t packed) noexcept
        : strictest_(static_cast<std::uint16_t>(packed)),
          closing_(static_cast<std::uint16_t>(packed >> 16U))
    {
    }
    /// In one number; 0: there are none.
    [[nodiscard]] std::uint32_t packed() const noexcept
    {
        return strictest_ | static_cast<std::uint32_t>(closing_) << 16U;
    }

private:
    friend class program;
    // One more than the command_id; 0: none.
    std::uint16_t strictest_ = 0;  // The smallest limit of any rule.
    std::uint16_t closing_ = 0;    // The smallest limit of a rule that closes.
};

/// What is known of a reply while it comes.
struct reply_facts {
    command::command_id command = command::other;
    std::uint64_t size_bytes = 0;  ///< So far.
    sender const* from = nullptr;
    queued_replies queued{};  ///< Of EXEC.
};

inline constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

class program;

/// Immutable; copies are cheap and may be used by different threads.
class rule_set {
public:
    /// No rules: allows everything.
    rule_set();

    /// @return problem, one line for each rule that can not work. Refused are `reject` for MULTI,
    ///         EXEC, DISCARD, QUIT or AUTH (commands would run unprotected), bad ids and globs, a
    ///         `param` without config|set, two rules with one id, more than 65534 rules.
    [[nodiscard]] static parsed<rule_set> compile(policy_settings const& settings);

    /// The first rule that matches decides, with one exception: a rule that looks at nothing but
    /// the size and lets a request pass does not shield it from later rules that name its command,
    /// or a denied command would only have to be padded.
    ///
    /// For CONFIG SET each pair is judged by itself, first match wins, and the worst verdict of all
    /// pairs counts. An odd tail is ignored (the server refuses the command as a whole).
    ///
    /// Where a condition is not decided (verdict::cut, said_by_client::is_sure), rules that refuse
    /// match and all others do not.
    ///
    /// @return `rule` is set whenever `what` is not allow.
    [[nodiscard]] verdict judge(request_facts const& facts) const noexcept
    {
        assert(facts.command < active_from_.size() && "a command_id of another build?");
        if (is_silent_about(facts.command, facts.size_bytes)) return {};
        return judge_by_rules(facts);
    }

    /// judge() allows any request of this command that is no larger, whatever else it holds: no
    /// rule is about it.
    [[nodiscard]] bool is_silent_about(command::command_id id,
                                       std::uint64_t size_bytes) const noexcept
    {
        return size_bytes < speaks_from(id);
    }
    /// Of fewer bytes no rule is about a request of this command.
    [[nodiscard]] std::uint64_t speaks_from(command::command_id id) const noexcept
    {
        return active_from_[id];
    }
    /// True if judge() needs the whole request (CONFIG SET pairs), not only its name and size.
    [[nodiscard]] bool needs_arguments(command::command_id id) const noexcept;
    /// True if a rule for this command looks at arguments, keys or scripts: as much as possible
    /// should be there before it is judged, see verdict::cut.
    [[nodiscard]] bool looks_at_arguments(command::command_id id) const noexcept
    {
        return looks_at_arguments_[id] != 0;
    }
    /// True if any rule looks at who sends a request.
    [[nodiscard]] bool looks_at_sender() const noexcept { return looks_at_sender_; }

    /// Null if the rule has no rate limit. Who keeps the buckets asks them when such a rule
    /// matched, and judges again with its bit in within_limits if the rate is not exceeded.
    [[nodiscard]] rate_limit const* limit_of(std::uint16_t rule) const noexcept;
    [[nodiscard]] std::uint64_t limit_bit(std::uint16_t rule) const noexcept;
    [[nodiscard]] bool has_limits() const noexcept { return has_limits_; }

    /// Replies of this command that are larger may match a rule.
    [[nodiscard]] std::uint64_t reply_active_over(command::command_id id) const noexcept
    {
        return reply_over_.empty() ? no_limit : reply_over_[id];
    }
    /// The same for the reply of EXEC, by what was queued.
    [[nodiscard]] std::uint64_t reply_active_over(queued_replies queued) const noexcept;
    /// A command is queued in a transaction. Its size is not looked at.
    void note_queued(reply_facts const& command, queued_replies& queued) const noexcept
    {
        if (has_own_reply_rules_.empty() || has_own_reply_rules_[command.command] == 0) return;
        note_queued_by_rules(command, queued);
    }
    /// The first rule with reply_bytes_over that matches: alert or close. For EXEC, the worst of
    /// these for itself and the commands that were queued.
    [[nodiscard]] verdict judge_reply(reply_facts const& facts) const noexcept;

    /// The name of the command that the server knows as `as_sent` (policy.renamed), else `as_sent`.
    [[nodiscard]] byte_view real_name(byte_view as_sent) const noexcept;

    /// Requests of this command that are larger can only end in reject or close, whatever else they
    /// hold: no_limit if no rule refuses by size. So the relay can refuse before it has them whole.
    [[nodiscard]] std::uint64_t refuse_over_bytes(command::command_id id) const noexcept
    {
        return enforce_ ? refuse_over_[id] : no_limit;
    }
    /// The same before the command is known: the largest value of all commands.
    [[nodiscard]] std::uint64_t refuse_over_bytes() const noexcept
    {
        return enforce_ ? refuse_any_over_ : no_limit;
    }

    [[nodiscard]] std::span<rule_settings const> rules() const noexcept { return rules_; }
    [[nodiscard]] bool enforced() const noexcept { return enforce_; }
    /// The switch `policy.enforce` at run time; only of this copy.
    void enforce(bool on) noexcept { enforce_ = on; }

    /// What is legal but probably not meant, one line each: a command name that differs little from
    /// a known one, a reject that ioredis does not survive.
    [[nodiscard]] std::span<std::string const> warnings() const noexcept { return warnings_; }

private:
    rule_set(policy_settings const& settings, std::shared_ptr<program const> compiled);
    [[nodiscard]] verdict judge_by_rules(request_facts const& facts) const noexcept;
    void note_queued_by_rules(reply_facts const& command, queued_replies& queued) const noexcept;

    std::vector<rule_settings> rules_;
    bool enforce_ = true;
    std::vector<std::string> warnings_;
    std::shared_ptr<program const> program_;
    // Index is command_id. Apart from the program so that judge() is one look-up for most commands.
    std::vector<std::uint64_t> active_from_;
    std::vector<std::uint64_t> refuse_over_;
    std::uint64_t refuse_any_over_ = no_limit;
    std::vector<std::uint8_t> looks_at_arguments_;
    std::vector<std::uint64_t> reply_over_;  // Empty: no rule looks at replies.
    /// A rule about replies of this command is not about those of EXEC. Empty as reply_over_.
    std::vector<std::uint8_t> has_own_reply_rules_;
    bool looks_at_sender_ = false;
    bool has_limits_ = false;
    struct renamed_command {
        std::string as_sent;
        std::string_view name;
    };
    std::vector<renamed_command> renamed_;
};

/// True if a NUL stands in any parameter or value of a CONFIG SET. The server reads both as C
/// strings, so what is behind the NUL hides what is in front of it (EVASION E3); no rule may let
/// that pass.
///
/// @param canonical The whole canonical request; what is cut off is not looked at.
[[nodiscard]] bool nul_in_config_set(byte_view canonical) noexcept;

}  // namespace respguard::policy
