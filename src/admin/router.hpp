// What a request asks for, and whether it may: no I/O.
#pragma once

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/status.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::admin {

enum class route : std::uint8_t {
    page,
    metrics,
    stats,
    commands,
    clients,
    scripts,
    queues,
    families,
    hot_keys,
    inflight,
    slowlog,
    largelog,
    rules,
    doctor,
    livez,
    readyz,
    version,
    events,
    events_stream,  ///< Server-sent events: its answer has no end.
    tap,            ///< The same.
    config_dump,
    policy,  ///< POST only, as those below: policy.enforce.
    reload,
    drain,
    logging,
};

/// A POST, see changes.hpp.
[[nodiscard]] bool is_change(route what) noexcept;

/// True if the answer needs the shards' counters.
[[nodiscard]] bool needs_report(route what) noexcept;

using request_head = boost::beast::http::request_header<>;

/// A route, or why there is none.
struct routed {
    boost::beast::http::status status = boost::beast::http::status::ok;
    route what = route::page;
    std::string problem;  ///< The body if `status` is not ok; no bytes of the client in it.
    bool allow = false;   ///< The answer must list the methods (`Allow`).
    std::string_view methods = "GET, HEAD";
};

class router {
public:
    /// @param known_names Host names under which the endpoint may be asked, see host_check.hpp.
    /// @param checks_host False on a unix socket, which no browser can be lured to.
    router(std::vector<std::string> known_names, bool checks_host);

    [[nodiscard]] routed find(request_head const& head) const;

private:
    [[nodiscard]] routed check_host_of(request_head const& head) const;

    std::vector<std::string> known_names_;
    bool checks_host_;
};

}  // namespace respguard::admin
