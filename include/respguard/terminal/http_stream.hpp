// An HTTP GET whose answer has no end: server-sent events.
#pragma once

#include "respguard/net/endpoint.hpp"
#include "respguard/terminal/sse_parser.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace respguard::terminal {

/// How it ended.
struct stream_end {
    std::string failure;  ///< Why there was no stream, or why it broke off; empty: as wished.
    unsigned status = 0;  ///< HTTP; 0 if there was no answer.
    std::string body;     ///< Of a status that is not 200.
};

/// Blocks until `take` returns false, `time_limit` is over (0: no limit), INT or TERM comes, or the
/// guard ends it. Of a guard that is alive there is a sign every 15 seconds: 45 seconds without one
/// are a failure.
///
/// @param take Called with each event; an empty data is not told.
/// @param on_begin Called before, once the guard has said that there is a stream.
[[nodiscard]] stream_end http_stream(net::endpoint const& where, std::string const& path,
                                     std::chrono::milliseconds time_limit,
                                     std::function<bool(sse_event const&)> const& take,
                                     std::function<void()> const& on_begin = {});

}  // namespace respguard::terminal
