#include "admin/changes.hpp"

#include <boost/beast/http/status.hpp>

#include <string>
#include <string_view>

#include "admin/write_access.hpp"

namespace respguard::admin {

namespace {

namespace http = boost::beast::http;

response not_offered() { return text_response(http::status::not_implemented, "Not here.\n"); }

response change_policy(request_head const& head, controls const& with)
{
    if (!with.enforce) return not_offered();
    auto const wanted = query_value(head, "enforce");
    if (!wanted || (*wanted != "true" && *wanted != "false")) {
        return text_response(http::status::bad_request,
                             "Say POST /policy?enforce=true or POST /policy?enforce=false.\n");
    }
    with.enforce(*wanted == "true");
    return text_response(http::status::ok, "enforce " + std::string(*wanted) + "\n");
}

response change_logging(request_head const& head, controls const& with)
{
    if (!with.set_log_level) return not_offered();
    auto const wanted = query_value(head, "level");
    if (!wanted ||
        (*wanted != "debug" && *wanted != "info" && *wanted != "warn" && *wanted != "error")) {
        return text_response(http::status::bad_request,
                             "Say POST /logging?level= with debug, info, warn or error.\n");
    }
    with.set_log_level(log::level_of(*wanted));
    return text_response(http::status::ok, "log level " + std::string(*wanted) + "\n");
}

response drain(controls const& with)
{
    if (!with.drain) return not_offered();
    with.drain();
    return text_response(http::status::accepted,
                         "Draining: no new clients; the guard ends when the requests in flight are "
                         "answered, at the latest after runtime.drain_timeout.\n");
}

std::string lines(std::string_view head, std::vector<std::string> const& each)
{
    std::string text;
    for (std::string const& one : each)
        text.append(head).append(one).append("\n");
    return text;
}

boost::asio::awaitable<response> reload(controls const& with)
{
    if (!with.reload) co_return not_offered();
    auto const made = co_await with.reload();
    if (!made.taken) {
        co_return text_response(http::status::unprocessable_entity,
                                "Not reloaded, the old configuration stays in force:\n" +
                                    lines("", made.mistakes));
    }
    std::string text = "Reloaded, in force for all clients.\n";
    if (made.changed.empty()) text = "Reloaded, nothing has changed.\n";
    co_return text_response(http::status::ok,
                            text + lines("changed: ", made.changed) +
                                lines("only after a restart: ", made.need_restart));
}

}  // namespace

boost::asio::awaitable<response> change(route what, request_head const& head, controls const& with)
{
    switch (what) {
    case route::policy: co_return change_policy(head, with);
    case route::logging: co_return change_logging(head, with);
    case route::drain: co_return drain(with);
    default: co_return co_await reload(with);
    }
}

}  // namespace respguard::admin
