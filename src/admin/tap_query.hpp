// What somebody wants a live tap to show: the query of /tap. No I/O.
#pragma once

#include "respguard/base/result.hpp"
#include "respguard/stats/tap_filter.hpp"

#include <chrono>
#include <cstdint>

#include "admin/router.hpp"

namespace respguard::admin {

struct tap_query {
    stats::tap_filter filter;
    bool shows_keys = false;
    std::uint64_t limit = 0;                  ///< Ends after so many; 0: never.
    std::chrono::milliseconds time_limit{0};  ///< Ends after so long; 0: never.
};

/// client, user, command, key, queue, script (patterns); db, min_ms, min_bytes, every, limit
/// (numbers), for (a duration); errors, rules, keys (1 or 0). Values may hold %XX. A name that is
/// not known is refused: a filter that is not applied would show everything.
///
/// @param may_show_keys False: `key` and `keys` are refused.
/// @return problem: what is wrong, without bytes of the client.
[[nodiscard]] parsed<tap_query> read_tap_query(request_head const& head, bool may_show_keys);

}  // namespace respguard::admin
