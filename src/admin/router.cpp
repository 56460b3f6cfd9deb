#include "admin/router.hpp"

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include "admin/host_check.hpp"

namespace respguard::admin {

namespace {

namespace http = boost::beast::http;

struct path_entry {
    std::string_view path;
    route what;
};

constexpr std::array<path_entry, 26> paths{{
    {"/", route::page},
    {"/metrics", route::metrics},
    {"/stats", route::stats},
    {"/commands", route::commands},
    {"/clients", route::clients},
    {"/scripts", route::scripts},
    {"/queues", route::queues},
    {"/families", route::families},
    {"/keys/hot", route::hot_keys},
    {"/inflight", route::inflight},
    {"/slowlog", route::slowlog},
    {"/largelog", route::largelog},
    {"/rules", route::rules},
    {"/doctor", route::doctor},
    {"/livez", route::livez},
    {"/readyz", route::readyz},
    {"/healthz", route::readyz},
    {"/version", route::version},
    {"/events", route::events},
    {"/events/stream", route::events_stream},
    {"/tap", route::tap},
    {"/config_dump", route::config_dump},
    {"/policy", route::policy},
    {"/reload", route::reload},
    {"/drain", route::drain},
    {"/logging", route::logging},
}};

routed refuse(http::status status, std::string problem)
{
    routed refused;
    refused.status = status;
    refused.problem = std::move(problem);
    return refused;
}

std::string not_found_text()
{
    std::string text = "Nothing here. There is:\n";
    for (auto const& entry : paths)
        text.append(is_change(entry.what) ? "POST " : "").append(entry.path).append("\n");
    return text;
}

}  // namespace

bool needs_report(route what) noexcept
{
    switch (what) {
    case route::page:
    case route::metrics:
    case route::stats:
    case route::commands:
    case route::clients:
    case route::scripts:
    case route::queues:
    case route::families:
    case route::hot_keys:
    case route::inflight:
    case route::slowlog:
    case route::largelog:
    case route::rules:
    case route::doctor: return true;
    case route::livez:
    case route::readyz:
    case route::version:
    case route::events:
    case route::events_stream:
    case route::tap:
    case route::config_dump:
    case route::policy:
    case route::reload:
    case route::drain:
    case route::logging: return false;
    }
    return false;
}

bool is_change(route what) noexcept
{
    return what == route::policy || what == route::reload || what == route::drain ||
           what == route::logging;
}

router::router(std::vector<std::string> known_names, bool checks_host)
    : known_names_(std::move(known_names)), checks_host_(checks_host)
{
}

routed router::check_host_of(request_head const& head) const
{
    auto const hosts = head.count(http::field::host);
    // HTTP/1.0 knows no Host (some load balancers' checks); no browser speaks it.
    if (hosts == 0 && head.version() < 11) return {};
    if (hosts != 1) return refuse(http::status::bad_request, "One Host header is needed.\n");
    auto const verdict = check_host(head[http::field::host], known_names_);
    if (verdict == host_verdict::malformed) {
        return refuse(http::status::bad_request, "The Host header is malformed.\n");
    }
    if (verdict == host_verdict::unknown && checks_host_) {
        return refuse(
            http::status::misdirected_request,
            "This Host name is not known here, and a web page could have made it up (DNS "
            "rebinding).\n"
            "Use an IP address, localhost, or the name that admin.address or admin.hosts says.\n");
    }
    return {};
}

routed router::find(request_head const& head) const
{
    if (auto refused = check_host_of(head); refused.status != http::status::ok) return refused;
    std::string_view const target = head.target();
    if (!target.starts_with('/')) {
        return refuse(http::status::bad_request, "The target must be a path; this is no proxy.\n");
    }
    auto const path = target.substr(0, target.find('?'));
    auto const entry = std::find_if(paths.begin(), paths.end(),
                                    [&](path_entry const& e) { return e.path == path; });
    if (entry == paths.end()) return refuse(http::status::not_found, not_found_text());
    bool const changes = is_change(entry->what);
    bool const reads = head.method() == http::verb::get || head.method() == http::verb::head;
    if (changes ? head.method() != http::verb::post : !reads) {
        auto refused = refuse(http::status::method_not_allowed,
                              changes ? "Only POST here.\n" : "Only GET and HEAD here.\n");
        refused.allow = true;
        if (changes) refused.methods = "POST";
        return refused;
    }
    routed found;
    found.what = entry->what;
    return found;
}

}  // namespace respguard::admin
