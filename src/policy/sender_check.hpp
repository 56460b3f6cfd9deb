// The conditions of a rule that look at who sends a request.
#pragma once

#include "respguard/base/glob.hpp"
#include "respguard/base/result.hpp"
#include "respguard/policy/sender.hpp"
#include "respguard/policy/settings.hpp"

#include <cstdint>
#include <vector>

#include "policy/address_range.hpp"

namespace respguard::policy {

class sender_check {
public:
    [[nodiscard]] static bool is_wanted(condition_settings const& match) noexcept;
    /// @return problem for bad globs and addresses.
    [[nodiscard]] static parsed<sender_check> make(condition_settings const& match);

    [[nodiscard]] tri matches(sender const& from) const noexcept;

private:
    [[nodiscard]] tri in_db(sender const& from) const noexcept;

    std::vector<std::uint32_t> dbs_;
    std::vector<glob> users_;
    std::vector<glob> names_;
    std::vector<address_range> clients_;
    std::vector<glob> listeners_;
};

}  // namespace respguard::policy
