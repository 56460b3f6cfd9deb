#include "relay/sender_state.hpp"

#include <initializer_list>

namespace respguard::relay {

sender_state::sender_state(std::string_view address, std::string_view listener, rate_limits& shared)
    : shared_(shared)
{
    from_.address = policy::parse_ip(address);
    from_.listener = listener;
}

policy::sender const& sender_state::now(request_state const& requested, reply_state const& replied,
                                        std::uint64_t first) noexcept
{
    if (replied.identity) {  // Else the client has never said anything.
        from_.user = replied.identity->user.said(first);
        from_.name = replied.identity->name.said(first);
    }
    from_.db = replied.db;
    from_.db_is_sure = requested.db_end <= first && !requested.select_in_multi;
    from_.db_asked.reset();
    if (!from_.db_is_sure && !requested.db_asked_twice && !requested.select_in_multi) {
        from_.db_asked = requested.db_asked;
    }
    asked_ = 0;
    return from_;
}

bool sender_state::is_within_limits(policy::verdict const& found, policy::request_facts& facts,
                                    policy::rule_set const& rules, std::uint64_t now_ns)
{
    bool again = false;
    for (std::uint16_t const rule : {found.shadow, found.rule}) {
        if (rule == policy::no_rule) continue;
        policy::rate_limit const* const limit = rules.limit_of(rule);
        std::uint64_t const bit = rules.limit_bit(rule);
        if (limit == nullptr || (asked_ & bit) != 0) continue;
        asked_ |= bit;
        if (!shared_.take(rule, *limit, own_, from_, now_ns)) continue;
        facts.within_limits |= bit;
        again = true;
        break;  // Without this rule, others decide.
    }
    return again;
}

}  // namespace respguard::relay
