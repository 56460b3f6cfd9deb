// Who a connection's requests come from, and what its rate limits have left. Only kept if
// rules ask.
#pragma once

#include "respguard/policy/rule_set.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

#include "relay/connection_state.hpp"
#include "relay/rate_limits.hpp"

namespace respguard::relay {

class sender_state {
public:
    /// @param address "127.0.0.1:51234", or a unix socket.
    /// @param listener Outlives this object.
    sender_state(std::string_view address, std::string_view listener, rate_limits& shared);

    /// As of now. Borrowed until the next call.
    ///
    /// @param first Number of the oldest request in flight.
    [[nodiscard]] policy::sender const&
    now(request_state const& requested, reply_state const& replied, std::uint64_t first) noexcept;

    /// True if a rule of the verdict has a rate limit that is not exceeded: then its bit is set in
    /// `facts` and the request is to be judged again. Takes a token.
    [[nodiscard]] bool is_within_limits(policy::verdict const& found, policy::request_facts& facts,
                                        policy::rule_set const& rules, std::uint64_t now_ns);

    /// The rules have been replaced.
    void renumber_rules(policy::rule_places const& places)
    {
        rate_limits::renumber_rules(own_, places);
    }

private:
    policy::sender from_;
    rate_limits& shared_;
    rate_limits::of_client own_;
    std::uint64_t asked_ = 0;  ///< Limits whose token was taken for the request at hand.
};

}  // namespace respguard::relay
