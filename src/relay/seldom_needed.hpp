// What few connections ever need of an exchange: made for those that do, so that the others pay a
// pointer.
#pragma once

#include "respguard/command/command_table.hpp"
#include "respguard/policy/rule_list.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace respguard::relay {

struct seldom_needed {
    /// These rules shall only be counted for this client.
    policy::rule_list shadowed_rules;
    /// The rules that refused a request.
    policy::rule_list refusing_rules;
    std::uint64_t rejected = 0;
    std::uint64_t errors = 0;
    std::uint64_t blocked_ns = 0;

    // A request that is not held, though its size is not known or it is refused.
    command::command_id unheld_command = command::other;
    std::uint32_t unheld_reply = 0;  ///< local_reply::detail() once it ends.
    struct kept_head {
        std::string name;
        std::string subcommand;
    };
    std::unique_ptr<kept_head> unheld_head;  ///< Of what passes unalerted so far.
    struct kept_owner {
        std::string script;
        std::string queue;
    };
    std::unique_ptr<kept_owner> unheld_owner;  ///< Of what passes.
};

}  // namespace respguard::relay
