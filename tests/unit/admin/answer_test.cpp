#include <boost/beast/http/field.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>

#include "admin/answer.hpp"
#include "sample_report.hpp"

namespace respguard::admin {
namespace {

namespace http = boost::beast::http;

readiness const ready{true, ""};

response ask(route what, std::string const& accept = "*/*")
{
    request_head head;
    head.set(http::field::accept, accept);
    return report_response(what, head, sample_report(), ready, 1'700'000'160'000'000'000);
}

TEST(Answer, GivesJsonTables)
{
    for (auto const what : {route::stats, route::commands, route::clients, route::rules}) {
        auto const answer = ask(what);
        EXPECT_EQ(answer.result(), http::status::ok);
        EXPECT_EQ(answer[http::field::content_type], "application/json");
        EXPECT_TRUE(boost::json::parse(answer.body()).is_object());
    }
}

TEST(Answer, GivesTheMetricsFormatThatIsAskedFor)
{
    auto const plain = ask(route::metrics);
    EXPECT_EQ(plain[http::field::content_type], "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_EQ(plain[http::field::vary], "Accept");
    EXPECT_NE(plain.body().find("process_open_fds"), std::string::npos);
    auto const open = ask(route::metrics, "application/openmetrics-text");
    EXPECT_EQ(open[http::field::content_type],
              "application/openmetrics-text; version=1.0.0; charset=utf-8");
    EXPECT_TRUE(open.body().ends_with("# EOF\n"));
}

TEST(Answer, LocksThePageIn)
{
    auto const first = ask(route::page);
    EXPECT_EQ(first[http::field::content_type], "text/html; charset=utf-8");
    std::string const policy(first["Content-Security-Policy"]);
    EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
    auto const at = policy.find("script-src 'nonce-") + 18;
    auto const nonce = policy.substr(at, policy.find('\'', at) - at);
    EXPECT_GE(nonce.size(), 32U);
    EXPECT_NE(first.body().find("<script nonce=\"" + nonce + "\">"), std::string::npos);
    EXPECT_EQ(ask(route::page).body().find(nonce), std::string::npos) << "the nonce is used twice";
}

TEST(Answer, GivesOtherSitesNothing)
{
    for (auto const what : {route::page, route::stats, route::metrics}) {
        auto const answer = ask(what);
        EXPECT_EQ(answer.count(http::field::access_control_allow_origin), 0U);
        EXPECT_EQ(answer["X-Content-Type-Options"], "nosniff");
        EXPECT_EQ(answer["Cross-Origin-Resource-Policy"], "same-origin");
        EXPECT_EQ(answer[http::field::cache_control], "no-store");
    }
}

TEST(Answer, SaysWhetherItIsReady)
{
    EXPECT_EQ(plain_response(route::readyz, ready).result(), http::status::ok);
    auto const refused = plain_response(route::readyz, {false, "draining"});
    EXPECT_EQ(refused.result(), http::status::service_unavailable);
    EXPECT_EQ(refused.body(), "not ready: draining\n");
    EXPECT_EQ(plain_response(route::livez, {false, "draining"}).result(), http::status::ok);
}

TEST(Answer, SaysItsVersion)
{
    auto const answer = plain_response(route::version, ready);
    EXPECT_TRUE(boost::json::parse(answer.body()).as_object().contains("version"));
}

TEST(Answer, ListsTheMethodsOnlyWhenTheyAreTheProblem)
{
    routed refused;
    refused.status = http::status::method_not_allowed;
    refused.allow = true;
    EXPECT_EQ(refusal(refused)[http::field::allow], "GET, HEAD");
    refused.allow = false;
    refused.status = http::status::not_found;
    EXPECT_EQ(refusal(refused).count(http::field::allow), 0U);
}

}  // namespace
}  // namespace respguard::admin
