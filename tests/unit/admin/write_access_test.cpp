#include <boost/beast/http/field.hpp>
#include <gtest/gtest.h>

#include "admin/write_access.hpp"

namespace respguard::admin {
namespace {

namespace http = boost::beast::http;

request_head post(std::string const& target = "/policy?enforce=false")
{
    request_head head;
    head.method(http::verb::post);
    head.target(target);
    return head;
}

TEST(WriteAccess, IsGivenOnThisHost) { EXPECT_FALSE(refuse_write(post(), true, "")); }

TEST(WriteAccess, NeedsTheTokenFromElsewhere)
{
    auto head = post();
    EXPECT_EQ(refuse_write(head, false, "secret")->result(), http::status::unauthorized);
    EXPECT_TRUE(refuse_write(head, false, ""));
    for (auto const* wrong :
         {"Bearer ", "Bearer secreT", "Bearer secret2", "secret", "Basic secret"}) {
        head.set(http::field::authorization, wrong);
        EXPECT_TRUE(refuse_write(head, false, "secret")) << wrong;
        EXPECT_TRUE(refuse_write(head, false, "")) << wrong;
    }
    head.set(http::field::authorization, "Bearer secret");
    EXPECT_FALSE(refuse_write(head, false, "secret"));
}

TEST(WriteAccess, IsNotGivenToPagesInABrowser)
{
    auto head = post();
    head.set(http::field::origin, "https://evil.example");
    head.set(http::field::authorization, "Bearer secret");
    EXPECT_EQ(refuse_write(head, true, "secret")->result(), http::status::forbidden);
    head.erase(http::field::origin);
    head.set("Sec-Fetch-Site", "cross-site");
    EXPECT_EQ(refuse_write(head, true, "secret")->result(), http::status::forbidden);
}

TEST(QueryValue, IsFoundOnceOrNotAtAll)
{
    EXPECT_EQ(query_value(post(), "enforce"), "false");
    EXPECT_EQ(query_value(post("/policy?x=1&enforce=true"), "enforce"), "true");
    EXPECT_EQ(query_value(post("/policy?enforce="), "enforce"), "");
    EXPECT_FALSE(query_value(post("/policy"), "enforce"));
    EXPECT_FALSE(query_value(post("/policy?enforced=true"), "enforce"));
    EXPECT_FALSE(query_value(post("/policy?enforce=true&enforce=false"), "enforce"));
}

}  // namespace
}  // namespace respguard::admin
