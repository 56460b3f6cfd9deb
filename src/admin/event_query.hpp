// Which events somebody asks for: the query of /events and /events/stream. No I/O.
#pragma once

#include "respguard/base/result.hpp"
#include "respguard/stats/event_ring.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "admin/router.hpp"

namespace respguard::admin {

struct event_query {
    stats::event_filter which;
    std::size_t limit = std::numeric_limits<std::size_t>::max();
    bool says_since = false;
};

/// since=ID (newer than this event; as JSON or as the stream writes it) or since=10m (of the last
/// ten minutes); type=storm,reload; limit=50 (the newest 50).
///
/// @param run Of this process: an id of another one means "from the beginning".
/// @return problem: what is wrong, without bytes of the client.
[[nodiscard]] parsed<event_query> read_event_query(request_head const& head, std::string_view run,
                                                   std::uint64_t now_unix_ns);

/// What the stream writes as `id:` and a browser sends back as Last-Event-ID, "<run>-<id>", or the
/// id alone. 0 if it is of another run or cannot be read.
[[nodiscard]] std::uint64_t event_id_of(std::string_view text, std::string_view run) noexcept;

}  // namespace respguard::admin
