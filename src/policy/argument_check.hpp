// The conditions of a rule that look at arguments, keys and scripts, on what is there of a request.
#pragma once

#include "respguard/base/glob.hpp"
#include "respguard/base/result.hpp"
#include "respguard/command/keys.hpp"
#include "respguard/policy/rule_set.hpp"
#include "respguard/policy/settings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace respguard::policy {

class argument_check {
public:
    [[nodiscard]] static bool is_wanted(condition_settings const& match) noexcept;
    /// @return problem for bad globs and conditions that contradict each other.
    [[nodiscard]] static parsed<argument_check> make(condition_settings const& match);

    /// False if no request of this command can hold: known at load.
    [[nodiscard]] bool concerns(command::command_id id) const noexcept;

    /// `maybe` only if bytes are missing.
    [[nodiscard]] tri matches(request_facts const& facts) const noexcept;

private:
    class keys_seen;

    [[nodiscard]] bool looks_at_keys() const noexcept
    {
        return key_bytes_over_ || !keys_.empty() || !outside_.empty() || unknown_;
    }
    [[nodiscard]] tri has_long_argument(request_facts const& facts) const noexcept;
    [[nodiscard]] tri touches(request_facts const& facts) const noexcept;
    [[nodiscard]] tri has_script(request_facts const& facts) const noexcept;
    [[nodiscard]] bool has_word(byte_view script) const noexcept;

    std::optional<std::uint64_t> arguments_over_;
    std::optional<std::uint64_t> argument_bytes_over_;
    std::optional<std::uint64_t> key_bytes_over_;
    std::optional<std::uint64_t> offset_over_;
    std::vector<glob> keys_;
    std::vector<glob> outside_;
    bool unknown_ = false;
    std::vector<std::string> words_;  ///< In lower case.
};

}  // namespace respguard::policy
