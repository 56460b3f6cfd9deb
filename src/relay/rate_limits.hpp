// The token buckets of all rate limits of one shard.
#pragma once

#include "respguard/policy/rate_limit.hpp"
#include "respguard/policy/rule_places.hpp"
#include "respguard/policy/sender.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace respguard::relay {

class rate_limits {
public:
    /// Users (per rule) with a bucket of their own; the others share one. A client names its user
    /// before anybody has checked it, so the memory must not depend on how many it names.
    static constexpr std::size_t users_max = 1'024;

    /// Of one connection: few rules have a limit per client.
    using of_client = std::vector<std::pair<std::uint16_t, policy::rate_bucket>>;

    /// Takes a token from the bucket that this sender shares. False if there is none.
    [[nodiscard]] bool take(std::uint16_t rule, policy::rate_limit const& limit, of_client& own,
                            policy::sender const& from, std::uint64_t now_ns);

    /// The rules have been replaced: a bucket goes with its rule, unless the rate is another one.
    void renumber_rules(policy::rule_places const& places);
    static void renumber_rules(of_client& own, policy::rule_places const& places);

private:
    [[nodiscard]] policy::rate_bucket& shared_bucket(std::uint16_t rule, std::string_view name);

    std::map<std::pair<std::uint16_t, std::string>, policy::rate_bucket, std::less<>> shared_;
};

}  // namespace respguard::relay
