#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>
#include <gtest/gtest.h>

#include <string>

#include "admin/router.hpp"

namespace respguard::admin {
namespace {

namespace http = boost::beast::http;

request_head head_of(std::string const& target, http::verb method = http::verb::get)
{
    request_head head;
    head.method(method);
    head.target(target);
    head.version(11);
    head.set(http::field::host, "localhost:9379");
    return head;
}

routed find(request_head const& head) { return router({"respguard"}, true).find(head); }

TEST(Router, FindsEveryPath)
{
    EXPECT_EQ(find(head_of("/")).what, route::page);
    EXPECT_EQ(find(head_of("/metrics")).what, route::metrics);
    EXPECT_EQ(find(head_of("/stats")).what, route::stats);
    EXPECT_EQ(find(head_of("/commands")).what, route::commands);
    EXPECT_EQ(find(head_of("/clients")).what, route::clients);
    EXPECT_EQ(find(head_of("/rules")).what, route::rules);
    EXPECT_EQ(find(head_of("/livez")).what, route::livez);
    EXPECT_EQ(find(head_of("/readyz")).what, route::readyz);
    EXPECT_EQ(find(head_of("/healthz")).what, route::readyz);
    EXPECT_EQ(find(head_of("/version")).what, route::version);
    EXPECT_EQ(find(head_of("/events?limit=5")).what, route::events);
    EXPECT_EQ(find(head_of("/events/stream")).what, route::events_stream);
    EXPECT_EQ(find(head_of("/tap?db=8")).what, route::tap);
}

TEST(Router, IgnoresTheQuery)
{
    auto const found = find(head_of("/stats?pretty=1&x=/y"));
    EXPECT_EQ(found.status, http::status::ok);
    EXPECT_EQ(found.what, route::stats);
}

TEST(Router, ListsThePathsWhenItFindsNone)
{
    for (auto const* const target : {"/nope", "/stats/", "//", "/metrics/../stats", "/STATS"}) {
        auto const found = find(head_of(target));
        EXPECT_EQ(found.status, http::status::not_found) << target;
        EXPECT_NE(found.problem.find("/metrics\n"), std::string::npos);
    }
}

TEST(Router, AllowsGetAndHeadOnly)
{
    EXPECT_EQ(find(head_of("/stats", http::verb::head)).status, http::status::ok);
    for (auto const method : {http::verb::post, http::verb::put, http::verb::delete_,
                              http::verb::options, http::verb::trace}) {
        auto const found = find(head_of("/stats", method));
        EXPECT_EQ(found.status, http::status::method_not_allowed);
        EXPECT_TRUE(found.allow);
    }
}

TEST(Router, TakesOnlyPostForWhatChangesSomething)
{
    EXPECT_EQ(find(head_of("/policy?enforce=false", http::verb::post)).what, route::policy);
    EXPECT_EQ(find(head_of("/logging?level=debug", http::verb::post)).what, route::logging);
    for (auto const* path : {"/policy", "/reload", "/drain", "/logging"}) {
        EXPECT_TRUE(is_change(find(head_of(path, http::verb::post)).what)) << path;
        auto const found = find(head_of(path));
        EXPECT_EQ(found.status, http::status::method_not_allowed) << path;
        EXPECT_EQ(found.methods, "POST") << path;
    }
    EXPECT_FALSE(is_change(find(head_of("/config_dump")).what));
}

TEST(Router, AllowsNoMethodItHasNeverHeardOf)
{
    auto head = head_of("/stats");
    head.method_string("BREW");
    EXPECT_EQ(find(head).status, http::status::method_not_allowed);
}

TEST(Router, IsNoProxy)
{
    EXPECT_EQ(find(head_of("http://localhost/stats")).status, http::status::bad_request);
    EXPECT_EQ(find(head_of("*", http::verb::options)).status, http::status::bad_request);
    EXPECT_EQ(find(head_of("")).status, http::status::bad_request);
}

TEST(Router, RefusesNamesItDoesNotKnow)
{
    auto head = head_of("/stats");
    head.set(http::field::host, "evil.example");
    auto const found = find(head);
    EXPECT_EQ(found.status, http::status::misdirected_request);
    EXPECT_EQ(found.problem.find("evil"), std::string::npos) << "reflects what the client sent";
    head.set(http::field::host, "respguard");
    EXPECT_EQ(find(head).status, http::status::ok);
}

TEST(Router, NeedsExactlyOneHost)
{
    auto head = head_of("/stats");
    head.insert(http::field::host, "127.0.0.1");
    EXPECT_EQ(find(head).status, http::status::bad_request);
    head.erase(http::field::host);
    EXPECT_EQ(find(head).status, http::status::bad_request);
    head.version(10);
    EXPECT_EQ(find(head).status, http::status::ok);
}

TEST(Router, TrustsAnyNameOnAUnixSocket)
{
    router const on_unix_socket({}, false);
    auto head = head_of("/stats");
    head.set(http::field::host, "whatever.example");
    EXPECT_EQ(on_unix_socket.find(head).status, http::status::ok);
    head.set(http::field::host, "not a host");
    EXPECT_EQ(on_unix_socket.find(head).status, http::status::bad_request);
}

TEST(Router, AsksTheShardsOnlyForCounters)
{
    for (auto const what : {route::livez, route::readyz, route::version, route::events,
                            route::events_stream, route::tap})
        EXPECT_FALSE(needs_report(what));
    for (auto const what : {route::page, route::metrics, route::stats, route::commands,
                            route::clients, route::rules}) {
        EXPECT_TRUE(needs_report(what));
    }
}

}  // namespace
}  // namespace respguard::admin
