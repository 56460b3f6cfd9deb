#include "admin/answer.hpp"

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>
#include <fmt/format.h>

#include <iterator>
#include <random>
#include <string>
#include <utility>

#include "admin/doctor_json.hpp"
#include "admin/event_json.hpp"
#include "admin/event_query.hpp"
#include "admin/json_text.hpp"
#include "admin/metric_families.hpp"
#include "admin/metrics_text.hpp"
#include "admin/page.hpp"
#include "admin/process_metrics.hpp"
#include "admin/status_json.hpp"
#include "admin/tap_query.hpp"
#include "admin/usage_json.hpp"

namespace respguard::admin {

namespace {

namespace http = boost::beast::http;
namespace json = boost::json;

response with_body(http::status status, std::string_view content_type, std::string body)
{
    response answer(status, 11);
    answer.set(http::field::content_type, content_type);
    answer.set(http::field::cache_control, "no-store");
    // Nobody but our own page shall show or guess at this. No CORS header: other sites get nothing.
    answer.set("X-Content-Type-Options", "nosniff");
    answer.set("Cross-Origin-Resource-Policy", "same-origin");
    answer.set("Referrer-Policy", "no-referrer");
    answer.body() = std::move(body);
    return answer;
}

response json_response(json::object const& value)
{
    return with_body(http::status::ok, "application/json", json_text(value));
}

response page_response(stats::report const& report, std::uint64_t now_unix_ns)
{
    // A new one each time: even an unescaped byte of a peer could not become a script of the page.
    std::random_device random;
    auto const nonce =
        fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
    auto answer =
        with_body(http::status::ok, "text/html; charset=utf-8", page(report, nonce, now_unix_ns));
    answer.set(
        "Content-Security-Policy",
        fmt::format(
            "default-src 'none'; style-src 'nonce-{0}'; script-src 'nonce-{0}'; "
            "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            nonce));
    return answer;
}

response metrics_response(request_head const& head, stats::report const& report)
{
    auto families = metric_families(report);
    if (auto const state = read_process_state()) {
        auto more = process_metrics(*state);
        families.insert(families.end(), std::make_move_iterator(more.begin()),
                        std::make_move_iterator(more.end()));
    }
    auto const format = metrics_format::for_accept(head[http::field::accept]);
    auto answer =
        with_body(http::status::ok, format.content_type(), metrics_text(families, format));
    answer.set(http::field::vary, "Accept");
    return answer;
}

response largelog_response(request_head const& head, stats::report const& report)
{
    std::string_view const target = head.target();
    constexpr std::string_view mark = "kind=";
    auto const at = target.find(mark);
    auto const kind =
        at == std::string_view::npos ? std::string_view() : target.substr(at + mark.size());
    if (!kind.empty() && kind != "request" && kind != "reply") {
        return text_response(http::status::bad_request, "kind is request or reply.\n");
    }
    return json_response(largelog_json(report, kind));
}

}  // namespace

response text_response(http::status status, std::string_view text)
{
    return with_body(status, "text/plain; charset=utf-8", std::string(text));
}

response refusal(routed const& refused)
{
    auto answer = text_response(refused.status, refused.problem);
    if (refused.allow) answer.set(http::field::allow, refused.methods);
    return answer;
}

response report_response(route what, request_head const& head, stats::report const& report,
                         readiness const& ready, std::uint64_t now_unix_ns)
{
    switch (what) {
    case route::page: return page_response(report, now_unix_ns);
    case route::metrics: return metrics_response(head, report);
    case route::stats: return json_response(stats_json(report, ready));
    case route::commands: return json_response(commands_json(report));
    case route::clients: return json_response(clients_json(report));
    case route::scripts: return json_response(scripts_json(report));
    case route::queues: return json_response(queues_json(report));
    case route::families: return json_response(families_json(report));
    case route::hot_keys: return json_response(hot_keys_json(report));
    case route::inflight: return json_response(inflight_json(report));
    case route::slowlog: return json_response(slowlog_json(report));
    case route::largelog: return largelog_response(head, report);
    case route::rules: return json_response(rules_json(report));
    case route::doctor: return json_response(doctor_json(report));
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
    case route::logging: break;
    }
    return plain_response(what, ready);
}

response events_response(route what, request_head const& head, event_hub const* hub,
                         std::uint64_t now_unix_ns)
{
    if (hub == nullptr) return text_response(http::status::not_found, "There are no events.\n");
    auto const wanted = read_event_query(head, hub->run(), now_unix_ns);
    if (!wanted) return text_response(http::status::bad_request, wanted.error().text + "\n");
    if (what == route::events) {
        return json_response(events_json(hub->ring().newest_of(wanted->which, wanted->limit),
                                         hub->ring(), hub->run()));
    }
    if (head.method() == http::verb::head) {
        return with_body(http::status::ok, "text/event-stream", {});
    }
    auto answer = text_response(http::status::service_unavailable,
                                fmt::format("{} readers have an event stream open, which is as "
                                            "many as there may be. Ask /events instead.\n",
                                            event_hub::streams_max));
    answer.set(http::field::retry_after, "5");
    return answer;
}

response tap_response(request_head const& head, tap_hub const* hub)
{
    if (hub == nullptr) return text_response(http::status::not_found, "There is no tap.\n");
    auto const wanted = read_tap_query(head, hub->may_show_keys);
    if (!wanted) return text_response(http::status::bad_request, wanted.error().text + "\n");
    if (head.method() == http::verb::head) {
        return with_body(http::status::ok, "text/event-stream", {});
    }
    auto answer = text_response(
        http::status::service_unavailable,
        fmt::format("{} taps are open, which is as many as there may be.\n", tap_hub::taps_max));
    answer.set(http::field::retry_after, "5");
    return answer;
}

response plain_response(route what, readiness const& ready)
{
    if (what == route::version) return json_response(version_json());
    if (what == route::livez) return text_response(http::status::ok, "ok\n");
    if (ready.ready) return text_response(http::status::ok, "ready\n");
    return text_response(http::status::service_unavailable,
                         fmt::format("not ready: {}\n", ready.why));
}

}  // namespace respguard::admin
